import { expect, test } from 'vitest'
import { sharedCluster } from './cluster.fixture'

const cluster = sharedCluster()

function post(path: string, apiVersion: string, kind: string, name: string, spec: unknown) {
  const body = { apiVersion, kind, metadata: { name }, spec }
  return cluster.api.send<{ spec: unknown }>('POST', `/apis/${apiVersion}/namespaces/${cluster.namespace}/${path}`, body)
}

const route = (name: string, rule: unknown) => post('httproutes', 'gateway.networking.k8s.io/v1', 'HTTPRoute', name, { rules: [rule] })
const backends = (...weights: number[]) => weights.map((weight, i) => ({ name: `version-${i}`, port: 80, weight }))

test('an HTTPRoute keeps its weights, and a weight below 0 is refused', async () => {
  const { spec } = await route('weighted', { backendRefs: backends(95, 5) })
  expect(spec).toMatchObject({ rules: [{ backendRefs: [{ weight: 95 }, { weight: 5 }] }] })
  await expect(route('negative', { backendRefs: backends(101, -1) })).rejects.toMatchObject({ status: 422, reason: 'Invalid' })
})

test('what only the rules of Gateway API’s definitions forbid is refused with their sentence', async () => {
  const filters = [{ type: 'RequestRedirect', requestRedirect: { hostname: 'example.com' } }]
  await expect(route('contrary', { filters, backendRefs: backends(1) })).rejects.toThrow(
    /RequestRedirect filter must not be used together with backendRefs/,
  )
})

test('an InferenceService is checked by KServe’s full definition', async () => {
  const service = (name: string, canaryTrafficPercent: unknown) =>
    post('inferenceservices', 'serving.kserve.io/v1beta1', 'InferenceService', name, {
      predictor: { canaryTrafficPercent, model: { modelFormat: { name: 'onnx' }, storageUri: 'pvc://models/1' } },
    })
  expect((await service('canary', 10)).spec).toMatchObject({ predictor: { canaryTrafficPercent: 10 } })
  await expect(service('rubbish', 'ten')).rejects.toMatchObject({ status: 422, reason: 'Invalid' })
})
