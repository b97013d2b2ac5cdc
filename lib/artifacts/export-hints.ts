/** What a file that is no ONNX model is, and how the same model is saved as ONNX: one command line per framework. */
interface Hint {
  what: string
  how: string
}

const SKLEARN = `pip install skl2onnx, then: python -c "import joblib, numpy as np; from skl2onnx import to_onnx; m = joblib.load('model.joblib'); open('model.onnx','wb').write(to_onnx(m, np.zeros((1, m.n_features_in_), np.float32), options={'zipmap': False}).SerializeToString())"`
const TORCH = `python -c "import torch; m = torch.load('model.pt', weights_only=False).eval(); torch.onnx.export(m, torch.zeros(1, N_FEATURES), 'model.onnx', input_names=['input'], output_names=['probability'], dynamic_axes={'input': {0: 'n'}})"`
const TENSORFLOW = 'pip install tf2onnx, then: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx'
const KERAS = 'pip install tf2onnx, then: python -m tf2onnx.convert --keras model.h5 --output model.onnx'
const XGBOOST = `pip install onnxmltools, then: python -c "import xgboost, onnxmltools; from onnxmltools.convert.common.data_types import FloatTensorType as F; b = xgboost.Booster(model_file='model.json'); onnxmltools.utils.save_model(onnxmltools.convert_xgboost(b, initial_types=[('input', F([None, N_FEATURES]))]), 'model.onnx')"`
const LIGHTGBM = `pip install onnxmltools, then: python -c "import lightgbm, onnxmltools; from onnxmltools.convert.common.data_types import FloatTensorType as F; b = lightgbm.Booster(model_file='model.txt'); onnxmltools.utils.save_model(onnxmltools.convert_lightgbm(b, initial_types=[('input', F([None, b.num_feature()]))], zipmap=False), 'model.onnx')"`
const CATBOOST = `python -c "from catboost import CatBoost; m = CatBoost().load_model('model.cbm'); m.save_model('model.onnx', format='onnx')"`
const SEND = 'Send the ONNX file of the model: one file that begins with its format version, made by the exporter of your framework.'

export const HINTS = {
  empty: { what: 'an empty file', how: 'Check the path and send the file again.' },
  pickle: { what: 'a Python pickle; loading one can run any code, so it is never opened here', how: SKLEARN },
  joblib: { what: 'a joblib file (a Python pickle); loading one can run any code, so it is never opened here', how: SKLEARN },
  'compressed-pickle': { what: 'a compressed file, probably from joblib.dump(compress=...)', how: SKLEARN },
  torch: { what: 'a PyTorch file (.pt)', how: TORCH },
  'saved-model': { what: 'a TensorFlow SavedModel', how: TENSORFLOW },
  keras: { what: 'a Keras file', how: KERAS },
  hdf5: { what: 'an HDF5 file, probably a Keras model (.h5)', how: KERAS },
  safetensors: { what: 'a safetensors file: weights without the graph', how: TORCH.replace('model.pt', 'your-model.pt') },
  xgboost: { what: 'an XGBoost model', how: XGBOOST },
  lightgbm: { what: 'a LightGBM model', how: LIGHTGBM },
  catboost: { what: 'a CatBoost model', how: CATBOOST },
  tflite: {
    what: 'a TensorFlow Lite model',
    how: 'pip install tf2onnx, then: python -m tf2onnx.convert --tflite model.tflite --output model.onnx',
  },
  gguf: { what: 'a GGUF file of a language model, which is not served here', how: SEND },
  npy: { what: 'a NumPy array, not a model', how: SEND },
  tar: { what: 'a tar archive, perhaps of a SavedModel', how: `Unpack it. ${TENSORFLOW}` },
  zip: { what: 'a zip archive', how: `Unpack it, and send the .onnx file that is in it. ${SEND}` },
  'git-lfs': { what: 'a Git LFS pointer, not the file itself', how: 'Fetch the file first: git lfs pull' },
  html: { what: 'a web page: the download probably asked for a sign-in', how: 'Download the model again and send that.' },
  pmml: { what: 'a PMML document', how: SEND },
  text: { what: 'a text file', how: SEND },
  'damaged-onnx': {
    what: 'an ONNX file that cannot be read',
    how: 'Check it with: python -c "import onnx; onnx.checker.check_model(\'model.onnx\')", and send it again.',
  },
  unknown: { what: 'a file of a kind that is not known here', how: SEND },
} as const satisfies Record<string, Hint>

export type ForeignFormat = keyof typeof HINTS
