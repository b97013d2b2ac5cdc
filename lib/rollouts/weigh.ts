import { mix } from '@/lib/analysis/mix'
import { decide as decideEvidence } from '@/lib/analysis/policy'
import { FULL } from '@/lib/endpoints/wish'
import { type LaneState, lanesAt, type StepState } from './bench'
import { byCeiling, compare, safeEvidence, shareOff, worseEvidence } from './compare'
import { decisionOf, stableBad } from './decision'
import { driftVerdict } from './drift'
import { SLOT_MS } from './evidence'
import { type Frame, samePlace } from './frame'
import { ceilingShare, fixedShare, gateWeights, nextShare, weightAt } from './gate'
import type { Bench, JudgePoint } from './judge'
import { isAbsolute } from './lane'
import { isMaturing, maturityOf } from './maturity'
import { segmentOff } from './mix'
import type { Gate } from './schema'
import { hasEnough, isJudged, partsOfLanes, segmentVerdicts } from './segments'
import { silence } from './silence'
import { returnsAlone } from './steps'
import type { Compared, GateVerdict, Judgement, Maturity, Metric, VerdictReason, VerdictWord } from './verdict'

/** What one gate has, gathered from its lanes. */
interface Weighed {
  readonly gate: Gate
  readonly lanes: readonly { readonly state: LaneState; readonly step: StepState | null }[]
  readonly gating: boolean
  readonly safe: number
}

/** All verdicts and the decision at a point; see `decide` in judge.ts. */
export function weigh(bench: Bench, point: JudgePoint): Judgement {
  const { plan } = bench
  const position = bench.position && samePlace(bench.position.place, point.place) ? bench.position : null
  const weight = weightAt(plan, point.place)
  const alone = weight === FULL
  const { wave: seen, weighed, side, before, found } = firstToFail(bench, point.place.wave, position?.steps ?? null)
  const dwellSeconds = (position?.dwellSlots ?? 0) * (SLOT_MS / 1_000)
  const requests = position?.requests ?? 0
  const counted = position?.shares.totals
  const share = counted && counted.nC > 0 && !alone ? { counted: counted.xC / counted.nC, configured: weight / FULL } : null
  const missing = silence(bench, point)
  const offs = {
    requests: position !== null && shareOff(position.shares, 'requests'),
    labels: position?.labelShares.map((shares) => shareOff(shares, 'labels')) ?? [],
    segment: position ? segmentOff(position.mix) : -1,
  }
  const context = { bench, point, seen, alone, missing, offs, failed: found, dwellSeconds, requests }
  const gates = weighed.map((one) => (one.gate.metric === 'drift' ? driftVerdict(one.gate, context, position) : verdictOf(one, context)))
  const decision = decisionOf(bench, {
    point,
    alone,
    missing,
    offs: { requests: offs.requests || offs.segment >= 0 },
    failed: found && { ...found, wave: seen },
    gates,
    dwellSeconds,
    requests,
    weight,
  })
  const total = Math.max(side.total, before.total)
  const needed = Math.log(1 / plan.alpha)
  const { wave, step } = point.place
  return {
    wave,
    step,
    lastSlot: bench.lastSlot,
    now: point.now,
    gates,
    decision,
    total: found?.total ?? total,
    needed,
    dwellSeconds,
    requests,
    share,
  }
}

/**
 * What there is against a wave: where each is judged by itself the first one up to the present that fails, else the present one. One that fails where stable fails
 * too waits for a person: it hides no other that can go back.
 */
function firstToFail(bench: Bench, present: number, steps: readonly StepState[] | null) {
  const { plan } = bench
  const waves = returnsAlone(plan) ? plan.waves.slice(0, present + 1).map((_, wave) => wave) : [present]
  const looks = waves.map((wave) => {
    const weighed = plan.gates.map((gate) => gather(bench, wave, gate, wave === present ? steps : null))
    const acting = weighed.filter(({ gate }) => !gate.dryRun && gate.metric !== 'drift')
    const [side, before] = [returns(bench, acting, false), returns(bench, acting, true)]
    return { wave, weighed, side, before, found: side.blamed ? side : before.blamed ? before : null }
  })
  const failing = looks.filter(({ found }) => found)
  return failing.find(({ wave }) => !stableBad(bench, wave)) ?? failing[0] ?? looks[looks.length - 1]
}

function gather(bench: Bench, wave: number, gate: Gate, steps: readonly StepState[] | null): Weighed {
  const lanes = lanesAt(bench, wave).flatMap((state, i) => (state.lane.gate === gate ? [{ state, step: steps?.[i] ?? null }] : []))
  const gating = !gate.dryRun && (!('required' in gate) || gate.required)
  return { gate, lanes, gating, safe: Math.min(...lanes.filter(isJudged).map(({ step }) => (step ? safeEvidence(step) : 0))) }
}

interface Found {
  readonly blamed: Metric | null
  readonly compared: Compared
  readonly total: number
  evidence(gate: Gate): number
  without(gate: Gate): number
}

/** Is there enough to return, over all gates together? Side by side and against before have a budget of their own each: the second is named weaker. */
function returns(bench: Bench, weighed: readonly Weighed[], alone: boolean): Found {
  const { plan } = bench
  const taking = weighed.filter(({ gate }) => !alone || !isAbsolute(gate))
  const weights = gateWeights(taking.map(({ gate }) => gate))
  const of = (gate: Gate, without: boolean) => {
    const lanes = (taking.find((one) => one.gate === gate)?.lanes ?? []).filter(({ state }) => !alone || state.lane.segment === null)
    return mix(
      lanes.map(({ state }) => (hasEnough(state) ? worseEvidence(state, alone, without) : Number.NEGATIVE_INFINITY)),
      partsOfLanes(lanes.map(({ state }) => state.lane)),
    )
  }
  const metrics = taking.map(({ gate }, i) => ({
    name: gate.metric,
    weight: weights[i],
    logE: of(gate, false),
    logEJack: () => of(gate, true),
    logESafe: 0,
    ready: false,
  }))
  const { action, blamed, total } = decideEvidence(metrics, plan)
  const metric = action === 'rollback' ? (taking.find(({ gate }) => gate.metric === blamed)?.gate.metric ?? null) : null
  const absolute = metric === 'objective' || metric === 'accuracy-floor'
  return {
    blamed: metric,
    compared: alone ? 'before' : absolute ? 'absolute' : 'side-by-side',
    total: Number.isFinite(total) ? total : 0,
    evidence: (gate) => (taking.some((one) => one.gate === gate) ? of(gate, false) : 0),
    without: (gate) => of(gate, true),
  }
}

interface Context {
  readonly bench: Bench
  readonly point: JudgePoint
  /** The wave that is spoken of: the present one, or an earlier one that fails. */
  readonly seen: number
  readonly alone: boolean
  readonly missing: 'no-reference' | 'no-traffic' | 'incomplete' | null
  /** Requests, and outcomes by kind, that came in another share than configured; the segment whose requests did (-1: none). */
  readonly offs: { readonly requests: boolean; readonly labels: readonly boolean[]; readonly segment: number }
  readonly failed: Found | null
  readonly dwellSeconds: number
  readonly requests: number
}

function verdictOf(one: Weighed, context: Context): GateVerdict {
  const { bench, point, alone } = context
  const { plan, accuracy } = bench
  const { gate } = one
  const failed = gate.dryRun ? failedAlone(bench, one) : context.failed
  const absolute = isAbsolute(gate)
  const fail = failed?.blamed === gate.metric
  const asBefore = !absolute && (fail ? failed.compared === 'before' : alone)
  const frame = bench.latest.get(plan.waves[context.seen].clusterId) ?? [...bench.frames.values()].at(-1) ?? null
  const found = returns(bench, [one], asBefore)
  const safeNeeded = Math.log(1 / plan.alphaSafe)
  const maturity = ripeness(one, context, frame, safeNeeded)
  const [verdict, reason] = fail ? (['fail', 'proven-worse'] as const) : wordOf(one, context, safeNeeded, maturity)
  return {
    metric: gate.metric,
    verdict,
    reason,
    compared: absolute ? 'absolute' : asBefore ? 'before' : 'side-by-side',
    parts: frame ? partsOf(one, { bench, point, frame, asBefore, fail }) : [],
    evidence: found.evidence(gate),
    needed: Math.log(1 / plan.alpha),
    withoutWorst: fail ? found.without(gate) : null,
    safe: one.safe,
    safeNeeded,
    ceiling: ceilingOf(one, frame, context),
    points:
      gate.metric === 'accuracy' && accuracy !== null
        ? {
            tolerated: asBefore ? gate.limitPoints : gate.tolerancePoints,
            limit: alone ? gate.limitPoints : gate.limitPoints / nextShare(plan, point.place),
            finalLimit: gate.limitPoints,
            reference: accuracy,
          }
        : null,
    gating: one.gating,
    ...(maturity ? { maturity } : {}),
    ...segmentVerdicts(one, safeNeeded),
    ...(frame?.byKey ? { byKey: true as const } : {}),
    ...(gate.metric === 'quality' || gate.metric === 'business' ? { about: gate } : {}),
    ...(gate.noData ? { noData: gate.noData } : {}),
    ...(gate.dryRun ? { dryRun: true as const } : {}),
  }
}

function ripeness(one: Weighed, context: Context, frame: Frame | null, needed: number): Maturity | null {
  const { bench, point, requests, dwellSeconds } = context
  const [{ state, step }] = one.lanes
  const { plan, accuracy } = bench
  const on = { plan, place: point.place, frame, lane: state.lane, step, requests, seconds: dwellSeconds, safe: one.safe, needed, accuracy }
  return maturityOf(on)
}

/** A dry run has a budget of its own: what it says is what it would say as the plan's only gate. */
function failedAlone(bench: Bench, one: Weighed): Found | null {
  const [side, before] = [returns(bench, [one], false), returns(bench, [one], true)]
  return side.blamed ? side : before.blamed ? before : null
}

/** The quantile that decides first: what blames most, or what is furthest from proven. */
function partsOf(one: Weighed, context: { bench: Bench; point: JudgePoint; frame: Frame; asBefore: boolean; fail: boolean }) {
  const { bench, point, frame, asBefore, fail } = context
  const rank = ({ state, step }: Weighed['lanes'][number]) =>
    fail ? -worseEvidence(state, asBefore, false) : step ? safeEvidence(step) : 0
  const empty = { safe: null, ceiling: null, ceilingShare: null }
  const shared = { plan: bench.plan, place: point.place, frame, accuracy: bench.accuracy, alone: asBefore }
  return [...one.lanes]
    .filter(isJudged)
    .sort((a, b) => rank(a) - rank(b))
    .map(({ state, step }) => compare(state, step ?? empty, shared))
}

function ceilingOf(one: Weighed, frame: Frame | null, { bench, point }: Context): number | null {
  const { gate } = one
  const [first] = one.lanes
  if (first.state.lane.absolute) return fixedShare(first.state.lane)
  return gate.metric === 'errors' && frame ? ceilingShare(gate, frame.errorRate, nextShare(bench.plan, point.place)) : null
}

function wordOf(one: Weighed, context: Context, safeNeeded: number, maturity: Maturity | null): readonly [VerdictWord, VerdictReason] {
  const { bench, point, alone, missing, offs } = context
  const { gate } = one
  const [first] = one.lanes
  const { lane } = first.state
  if (weightAt(bench.plan, point.place) === 0) return ['no-data', 'not-judged-here']
  if (lane.source === 'labels') {
    if (gate.metric === 'accuracy' && bench.accuracy === null) return ['no-data', 'no-reference']
    if (offs.labels[lane.measure] && !alone) return ['invalid', 'label-share-off']
    if (one.safe < safeNeeded && maturity && isMaturing(maturity)) return ['maturing', 'labels-to-come']
  } else {
    if (missing) return ['no-data', missing]
    if (offs.requests && !alone) return ['invalid', 'share-off']
    if (offs.segment >= 0 && !alone) return ['invalid', 'segment-share-off']
    if (!first.step?.safe?.totals.nC) return ['no-data', 'no-traffic']
  }
  if (one.safe < safeNeeded || (alone && !lane.absolute)) return ['undecided', 'between']
  return ['pass', first.step && byCeiling(first.step) ? 'below-ceiling' : 'proven-within-limit']
}
