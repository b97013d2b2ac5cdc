import * as z from 'zod'

export const RUNTIMES = ['slipway', 'triton', 'tensorflow-serving', 'torchserve', 'mlserver', 'vllm', 'openvino', 'custom'] as const
export const RuntimeName = z.enum(RUNTIMES)
export type RuntimeName = z.infer<typeof RuntimeName>

/**
 * A server that can run models, as data. In texts `{name}` is the model's name in paths. `user`: the user id it runs as, never root. Where a version does not
 * name its runtime it is `slipway`, our own model server.
 */
export const Runtime = z.object({
  title: z.string(),
  /** Where its image is published. Which one runs is pinned by digest in the cluster's settings, never by a tag. */
  repository: z.string().nullable(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()).default({}),
  port: z.number().int().min(1_024).max(65_535),
  user: z.number().int().positive(),
  /** Path on the server that the endpoint's public path is rewritten to. */
  path: z.string().startsWith('/'),
  /** Where the artifact is put, below /models. `unpack`: it is a tar archive of a folder. */
  artifact: z.object({ path: z.string(), unpack: z.boolean() }),
  /** HTTP paths on `port`: 2xx says ready, or alive. `startSeconds`: longest time to load a model. */
  probe: z.object({ ready: z.string(), live: z.string(), startSeconds: z.number().int().positive() }),
  /** It reads the endpoint's settings (keys by their hash, what is counted), keeps to them, and counts for Slipway what it answers. */
  readsEndpoint: z.boolean().default(false),
})
export type Runtime = z.output<typeof Runtime>

/** Servers that speak the Open Inference Protocol. */
const V2 = { path: '/v2/models/{name}', user: 1_000 } as const
const V2_PROBE = { ready: '/v2/health/ready', live: '/v2/health/live', startSeconds: 600 }

/**
 * What is known of each runtime but `custom`, which the cluster's settings describe whole. Each was read against the pages that its comment names; none was run here.
 * The root of their file systems is read-only, so whatever a server writes by default elsewhere is led to /tmp.
 */
export const KNOWN_RUNTIMES: Record<Exclude<RuntimeName, 'custom'>, z.input<typeof Runtime>> = {
  slipway: {
    ...V2,
    title: 'Slipway model server',
    repository: null,
    user: 10_001,
    command: ['node', 'dist/serve.mjs'],
    args: [
      '--name={name}',
      '--port=8080',
      '--artifact=/models/model.onnx',
      '--version=/slipway/version/version.json',
      '--endpoint=/slipway/endpoint/endpoint.json',
    ],
    env: { SLIPWAY_DATA_DIR: '/tmp/slipway' },
    port: 8_080,
    artifact: { path: 'model.onnx', unpack: false },
    probe: V2_PROBE,
    readsEndpoint: true,
  },
  // Triton docs, "Model Repository" and "Model Configuration" (main, 2026): MODEL/1/model.onnx; an ONNX model needs no config.pbtxt. Its image has the user 1000.
  triton: {
    ...V2,
    title: 'NVIDIA Triton Inference Server',
    repository: 'nvcr.io/nvidia/tritonserver',
    args: ['tritonserver', '--model-repository=/models', '--http-port=8000', '--allow-grpc=false'],
    port: 8_000,
    artifact: { path: '{name}/1/model.onnx', unpack: false },
    probe: V2_PROBE,
  },
  // TensorFlow Serving docs, "RESTful API" (master): status at /v1/models/NAME, versions below the base path as numbers. Its verbs stand behind a colon, and a route's
  // prefix ends at a slash: callers write .../versions/1:predict, which is why the artifact is always version 1.
  'tensorflow-serving': {
    title: 'TensorFlow Serving',
    repository: 'tensorflow/serving',
    command: ['tensorflow_model_server'],
    args: ['--rest_api_port=8501', '--model_name={name}', '--model_base_path=/models/{name}'],
    port: 8_501,
    user: 1_000,
    path: '/v1/models/{name}',
    artifact: { path: '{name}/1', unpack: true },
    probe: { ready: '/v1/models/{name}', live: '/v1/models/{name}', startSeconds: 600 },
  },
  // TorchServe docs, "Advanced configuration" and the image's config.properties (0.12, the last): only that file makes it listen beyond loopback. The image's TEMP is read-only here.
  torchserve: {
    title: 'TorchServe',
    repository: 'pytorch/torchserve',
    command: ['torchserve'],
    args: [
      '--foreground',
      '--ts-config=/home/model-server/config.properties',
      '--model-store=/models',
      '--models={name}={name}.mar',
      '--disable-token-auth',
    ],
    env: { LOG_LOCATION: '/tmp', METRICS_LOCATION: '/tmp', TEMP: '/tmp' },
    port: 8_080,
    user: 1_000,
    path: '/predictions/{name}',
    artifact: { path: '{name}.mar', unpack: false },
    probe: { ready: '/ping', live: '/ping', startSeconds: 600 },
  },
  // MLServer docs, "MLServer Settings" (1.7): .metrics and .envs are made in the working folder unless they are named. model-settings.json in the archive must say the name.
  mlserver: {
    ...V2,
    title: 'MLServer',
    repository: 'seldonio/mlserver',
    args: ['mlserver', 'start', '/models'],
    env: { MLSERVER_HTTP_PORT: '8080', MLSERVER_METRICS_DIR: '/tmp/metrics', MLSERVER_ENVIRONMENTS_DIR: '/tmp/envs' },
    port: 8_080,
    artifact: { path: '{name}', unpack: true },
    probe: V2_PROBE,
  },
  // vLLM docs, "Using Docker" (main, 2026): the image's user is 2000. `vllm serve MODEL`: --model will be removed (0.13 on says so). PyTorch asks for the user's name at its
  // import and fails for an id without one (vllm-project/vllm issue 44548), so that USER is set.
  vllm: {
    title: 'vLLM',
    repository: 'vllm/vllm-openai',
    command: ['vllm', 'serve'],
    args: ['/models/{name}', '--served-model-name={name}', '--port=8000'],
    env: { HOME: '/tmp', USER: 'vllm', HF_HUB_OFFLINE: '1' },
    port: 8_000,
    user: 2_000,
    path: '/v1',
    artifact: { path: '{name}', unpack: true },
    probe: { ready: '/health', live: '/health', startSeconds: 1_800 },
  },
  // OpenVINO docs, "Model Server Parameters" (2025): --port is gRPC's and must be another than --rest_port; versions below the path as numbers.
  openvino: {
    ...V2,
    title: 'OpenVINO Model Server',
    repository: 'openvino/model_server',
    args: ['--model_name={name}', '--model_path=/models/{name}', '--port=9000', '--rest_port=8000'],
    port: 8_000,
    artifact: { path: '{name}/1/model.onnx', unpack: false },
    probe: V2_PROBE,
  },
}

/** The runtime with the model's name put in. */
export function runtimeFor(runtime: Runtime, name: string): Runtime {
  const put = (text: string) => text.replaceAll('{name}', name)
  return {
    ...runtime,
    args: runtime.args.map(put),
    command: runtime.command?.map(put),
    path: put(runtime.path),
    artifact: { ...runtime.artifact, path: put(runtime.artifact.path) },
    probe: { ...runtime.probe, ready: put(runtime.probe.ready), live: put(runtime.probe.live) },
  }
}
