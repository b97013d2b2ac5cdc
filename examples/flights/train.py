"""Trains the models of the flights example and writes them as ONNX, with constants.json.

    node examples/flights/dump.mjs data && python3 examples/flights/train.py data out

Made with scikit-learn 1.2.1 and onnx 1.12.0 (Debian 12: python3-sklearn, python3-onnx). The files committed beside this script are its output; the size of
a unit bug depends on the trees, so they are kept and not trained again.
"""
import csv
import json
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

NAMES = ["dep_hour", "day_of_week", "distance_mi", "origin_delay_rate", "dest_delay_rate", "origin_late_1h", "dest_late_1h", "origin_departures_1h"]
THRESHOLD = 0.25  # a missed delay costs three false alarms: alert from 1 / (1 + 3)
SLOW_PASSES = 8500  # 15 ms a request where the trees alone take 0.01 ms
LIVE_FEATURES = [0, 1, 2, 3, 4, 6]  # the schedule and the last hour at the destination

# Hours from UTC by state, and the airports that differ from their state.
ZONES = {
    -4: "PR VI", -5: "CT DE FL GA IN KY ME MD MA MI NH NJ NY NC OH PA RI SC VT VA WV DC",
    -6: "AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI", -7: "AZ CO ID MT NM UT WY", -8: "CA NV OR WA", -9: "AK", -10: "HI", 10: "GU",
}
EXCEPTIONS = {
    "ELP": -7, "TYS": -5, "CHA": -5, "TRI": -5, "EVV": -6, "PNS": -6, "VPS": -6, "PFN": -6, "OWB": -6, "PAH": -6, "RAP": -7, "ECP": -6,
}
NO_SUMMER_TIME = ("AZ", "HI", "IN", "PR", "VI", "GU")


def minutes(day: str) -> int:
    return int(np.datetime64(day).astype("datetime64[m]").astype("i8"))


def load(folder):
    column = lambda name, kind: np.fromfile(f"{folder}/{name}.bin", kind)
    airports = json.load(open(f"{folder}/airports.json"))
    states = {row["iata"]: row["state"] for row in csv.DictReader(open(f"{folder}/airports.csv"))}
    zone_of = {state: hours for hours, names in ZONES.items() for state in names.split()}
    zone = np.array([EXCEPTIONS.get(code, zone_of.get(states.get(code), -6)) for code in airports]) * 60
    fixed = np.array([states.get(code) in NO_SUMMER_TIME for code in airports])
    origin, destination = column("origin", "u1").astype("i8"), column("destination", "u1").astype("i8")
    local = (column("ms", "f8") / 60000).astype("i8")
    summer = (local >= minutes("2001-04-01T02:00")) & ~fixed[origin]
    left = local - zone[origin] - np.where(summer, 60, 0)
    distance = column("distance", "i2").astype("f4")
    landed = left + 40 + np.ceil(distance / 7.5).astype("i8")  # estimated gate arrival: from here on the delay is known
    late = (column("delay", "i2") >= 15).astype("i4")
    return dict(airports=airports, zone=zone, fixed=fixed, origin=origin, destination=destination, local=local, left=left, landed=landed, distance=distance, late=late)


def last_hour(event_airport, event_at, event_late, airport, at, start):
    """Events at each airport in (at - 60 min, at]: how many, and how many late."""
    span = 1 << 22
    key = event_airport * span + (event_at - start)
    order = np.argsort(key, kind="stable")
    key, sums = key[order], np.concatenate([[0], np.cumsum(event_late[order])])
    high = np.searchsorted(key, airport * span + (at - start), "right")
    low = np.searchsorted(key, airport * span + np.maximum(at - 60 - start, -1), "right")
    return high - low, sums[high] - sums[low]


def features(d, training):
    p0 = float(d["late"][training].mean())

    def rate(airport):
        n = np.bincount(airport[training], minlength=len(d["airports"]))
        late = np.bincount(airport[training], weights=d["late"][training], minlength=len(d["airports"]))
        return (late + 50 * p0) / (n + 50)

    smoothed = lambda n, late: (late + 5 * p0) / (n + 5)
    origin_rate, destination_rate = rate(d["origin"]), rate(d["destination"])
    start = int(d["left"].min())
    columns = [
        (d["local"] % 1440) / 60,
        ((d["local"] // 1440) + 4) % 7,
        d["distance"],
        origin_rate[d["origin"]],
        destination_rate[d["destination"]],
        smoothed(*last_hour(d["destination"], d["landed"], d["late"], d["origin"], d["left"], start)),
        smoothed(*last_hour(d["destination"], d["landed"], d["late"], d["destination"], d["left"], start)),
        last_hour(d["origin"], d["left"], d["late"], d["origin"], d["left"], start)[0],
    ]
    constants = dict(names=NAMES, p0=p0, airports={
        code: [float(np.float32(origin_rate[i])), float(np.float32(destination_rate[i])), int(d["zone"][i]), int(d["fixed"][i])]
        for i, code in enumerate(d["airports"])
    })
    return np.stack(columns, 1).astype("f4"), constants


def rounded_down(threshold):
    """ONNX trees hold float32: the largest one that is not above the threshold keeps every decision."""
    wide = np.asarray(threshold, "f8")
    narrow = wide.astype("f4")
    return np.where(narrow.astype("f8") > wide, np.nextafter(narrow, np.float32(-np.inf)), narrow).astype("f4")


def trees(model):
    """TreeEnsembleRegressor of a fitted HistGradientBoostingClassifier: a function from input and output name to the node."""
    keys = ["nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_hitrates", "nodes_modes", "nodes_truenodeids", "nodes_falsenodeids",
            "nodes_missing_value_tracks_true", "target_treeids", "target_nodeids", "target_ids", "target_weights"]
    table = {key: [] for key in keys}
    for t, predictor in enumerate(model._predictors):
        nodes = predictor[0].nodes
        thresholds = rounded_down(nodes["num_threshold"])
        for i, node in enumerate(nodes):
            leaf = bool(node["is_leaf"])
            row = (t, i, 0, 0.0, 1.0, "LEAF", 0, 0, 0) if leaf else (
                t, i, int(node["feature_idx"]), float(thresholds[i]), 1.0, "BRANCH_LEQ", int(node["left"]), int(node["right"]), int(node["missing_go_to_left"]))
            for key, value in zip(keys[:9], row):
                table[key].append(value)
            if leaf:
                for key, value in zip(keys[9:], (t, i, 0, float(node["value"]))):
                    table[key].append(value)
    base = [float(model._baseline_prediction.ravel()[0])]
    return lambda source, target: helper.make_node("TreeEnsembleRegressor", [source], [target], domain="ai.onnx.ml", n_targets=1, base_values=base,
                                                   aggregate_function="SUM", post_transform="NONE", **table)


def save(folder, name, nodes, initializers, note):
    source = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 8])
    target = helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["N", 1])
    opsets = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(helper.make_graph(nodes, name, [source], [target], initializers), opset_imports=opsets, producer_name="flights-example")
    model.ir_version = 8
    for key, value in dict(features=json.dumps(NAMES), trained="2001-01-01..2001-02-28", threshold="%.6f" % THRESHOLD, note=note).items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    open(f"{folder}/{name}.onnx", "wb").write(model.SerializeToString())


def save_all(folder, model, weights, bias):
    sigmoid = helper.make_node("Sigmoid", ["z"], ["probability"])
    tensor = lambda value, kind, name: numpy_helper.from_array(np.array(value, kind), name)
    node = trees(model)
    save(folder, "live", [helper.make_node("Gemm", ["input", "W", "B"], ["z"]), sigmoid],
         [tensor(weights.reshape(-1, 1), "f4", "W"), tensor([bias], "f4", "B")], "logistic regression, schedule features")
    save(folder, "better", [node("input", "z"), sigmoid], [], "gradient boosting, schedule + last hour")
    save(folder, "wrong-hour", [helper.make_node("Mul", ["input", "units"], ["x"]), node("x", "z"), sigmoid],
         [tensor([[60, 1, 1, 1, 1, 1, 1, 1]], "f4", "units")], "hour read as minutes")
    save(folder, "wrong-gmt", [helper.make_node("Add", ["input", "gmt"], ["a"]), helper.make_node("Mod", ["a", "day"], ["x"], fmod=1), node("x", "z"), sigmoid],
         [tensor([[5, 0, 0, 0, 0, 0, 0, 0]], "f4", "gmt"), tensor([[24] + [1e9] * 7], "f4", "day")], "hour in GMT")
    # The same trees again and again in a Loop, as a sampling ensemble would run them; the largest pass is kept, so the score is the same.
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [helper.make_node("Identity", ["c"], ["c2"]), node("input", "zi"), helper.make_node("Max", ["acc", "zi"], ["acc2"])], "pass",
        [value("i", TensorProto.INT64, []), value("c", TensorProto.BOOL, []), value("acc", TensorProto.FLOAT, None)],
        [value("c2", TensorProto.BOOL, []), value("acc2", TensorProto.FLOAT, None)])
    save(folder, "slow", [helper.make_node("Loop", ["passes", "", "lowest"], ["z"], body=body), sigmoid],
         [tensor(SLOW_PASSES, "i8", "passes"), tensor([[-1e30]], "f4", "lowest")], "%d passes per request" % SLOW_PASSES)


def main(source, target):
    d = load(source)
    training = d["local"] < minutes("2001-03-01")
    X, constants = features(d, training)
    json.dump(constants, open(f"{target}/constants.json", "w"))
    rows = np.random.default_rng(0).permutation(np.flatnonzero(training))[:300000]
    y = d["late"][rows]
    scaler = StandardScaler().fit(X[rows][:, LIVE_FEATURES].astype("f8"))
    linear = LogisticRegression(max_iter=200).fit(scaler.transform(X[rows][:, LIVE_FEATURES].astype("f8")), y)
    weights = np.zeros(8)
    weights[LIVE_FEATURES] = linear.coef_[0] / scaler.scale_
    bias = float(linear.intercept_[0] - (weights[LIVE_FEATURES] * scaler.mean_).sum())
    boosted = HistGradientBoostingClassifier(max_iter=100, learning_rate=0.1, max_leaf_nodes=31, early_stopping=False, random_state=0).fit(X[rows].astype("f8"), y)
    save_all(target, boosted, weights, bias)


if __name__ == "__main__":
    main(*sys.argv[1:3])
