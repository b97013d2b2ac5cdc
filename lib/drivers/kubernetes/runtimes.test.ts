import { expect, test } from 'vitest'
import { KNOWN_RUNTIMES, Runtime, type RuntimeName, runtimeFor } from './runtimes'

const runtimeOf = (name: Exclude<RuntimeName, 'custom'>) => Runtime.parse(KNOWN_RUNTIMES[name])

const told = (name: Exclude<RuntimeName, 'custom'>) => {
  const { command = [], args } = runtimeFor(runtimeOf(name), 'fraud')
  return [...command, ...args].join(' ')
}

test('every server is started by the command line that its documentation gives', () => {
  const lines = Object.keys(KNOWN_RUNTIMES).map((name) => [name, told(name as keyof typeof KNOWN_RUNTIMES)])
  expect(Object.fromEntries(lines)).toMatchObject({
    triton: 'tritonserver --model-repository=/models --http-port=8000 --allow-grpc=false',
    'tensorflow-serving': 'tensorflow_model_server --rest_api_port=8501 --model_name=fraud --model_base_path=/models/fraud',
    torchserve:
      'torchserve --foreground --ts-config=/home/model-server/config.properties --model-store=/models --models=fraud=fraud.mar --disable-token-auth',
    mlserver: 'mlserver start /models',
    vllm: 'vllm serve /models/fraud --served-model-name=fraud --port=8000',
    openvino: '--model_name=fraud --model_path=/models/fraud --port=9000 --rest_port=8000',
  })
})

test('what a server writes by default beside its model is led to /tmp, because all else is read-only', () => {
  const written = (name: Exclude<RuntimeName, 'custom'>) => runtimeOf(name).env
  expect(written('vllm')).toMatchObject({ HOME: '/tmp', USER: expect.stringMatching(/./) })
  expect(written('mlserver')).toMatchObject({ MLSERVER_METRICS_DIR: '/tmp/metrics', MLSERVER_ENVIRONMENTS_DIR: '/tmp/envs' })
  expect(written('torchserve')).toMatchObject({ TEMP: '/tmp', LOG_LOCATION: '/tmp', METRICS_LOCATION: '/tmp' })
})
