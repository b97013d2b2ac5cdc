import { describe, expect, test } from 'vitest'
import type { Failure } from '../answer'
import { foundInference } from './inference'
import { foundInferences, readInferences } from './inference-list'
import type { Surroundings } from './obstacles'
import { ForeignDeployment, ForeignService } from './parts'

const ALL = 'fraud-predictor fraud-blue-predictor fraud-transformer'.split(' ')
const around: Surroundings = {
  config: { mode: 'gateway', namespace: 'models', gateway: { name: 'public', namespace: 'gateways' } },
  services: new Map(ALL.map((name) => [name, ForeignService.parse({ metadata: { name }, spec: { selector: { app: `isvc.${name}` } } })])),
  deployments: ALL.map((name) =>
    ForeignDeployment.parse({ metadata: { name }, spec: { template: { metadata: { labels: { app: `isvc.${name}` } } } } }),
  ),
}
const MODEL = { modelFormat: { name: 'sklearn', version: '1' }, storageUri: 's3://models/fraud' }
const service = (predictor: object, over: object = {}, metadata: object = {}) => ({
  metadata: { name: 'fraud', ...metadata },
  spec: { predictor, ...over },
})
const told = (object: object) => foundInference(object, around)

test('a model is told with its format, runtime, location and state, and what would move its callers', () => {
  const status = {
    deploymentMode: 'Standard',
    url: 'http://fraud-models.example.org',
    servingRuntimeName: 'kserve-sklearnserver',
    conditions: [{ type: 'Ready', status: 'True' }],
  }
  expect(told({ ...service({ model: MODEL }), status })).toEqual({
    name: 'fraud',
    writers: [],
    facts: {
      runs: 'a model of the format sklearn 1, by the runtime kserve-sklearnserver',
      from: 's3://models/fraud',
      beside: null,
      ready: true,
      why: null,
      url: 'http://fraud-models.example.org',
      mode: 'Standard',
      said: null,
      asked: null,
    },
    callers:
      'To move its callers, launch a version beside it, lead them by an HTTPRoute of your own on the Gateway gateways/public to the Service fraud-predictor alone, and adopt that route here in shares. Whoever calls KServe’s own address is answered as before until they call yours.',
    unreadable: null,
  })
})

describe('what an InferenceService says is told', () => {
  const nothing = { runs: null, from: null, beside: null, ready: null, why: null, url: null, mode: null, said: null, asked: null }
  const traffic = [
    { revisionName: 'fraud-predictor-00002', percent: 10, latestRevision: true, tag: 'latest' },
    { revisionName: 'fraud-predictor-00001', percent: 90, tag: 'prev' },
    { revisionName: 'fraud-predictor-00000', percent: 0 },
  ]
  const failed = { type: 'Ready', status: 'False', reason: 'RevisionFailed', message: 'Get "https://ada:hidden@files/m":\nno route' }
  test.each<[string, object, object]>([
    ['nothing', service({}), {}],
    ['containers', service({ containers: [{ image: 'fraud:7' }, { image: 'agent:1' }] }), { runs: 'the image fraud:7, agent:1' }],
    [
      'a runtime and an image of its own',
      service({ model: { ...MODEL, runtime: 'mine', image: 'server:2' } }),
      { runs: 'a model of the format sklearn 1, by the runtime mine, with the image server:2', from: 's3://models/fraud' },
    ],
    [
      'an older field',
      service({ xgboost: { storageUri: 'gs://models/x' } }),
      { runs: 'a model of the format xgboost, by a runtime that it does not name', from: 'gs://models/x' },
    ],
    [
      'a storage',
      service({ model: { modelFormat: { name: 'onnx' }, storage: { key: 'minio', path: 'fraud/7' } } }),
      { runs: 'a model of the format onnx, by a runtime that it does not name', from: 'fraud/7 in the storage minio' },
    ],
    [
      'several locations, one with credentials',
      service({ storageUris: [{ uri: 'pvc://base/m' }, { uri: 'https://ada:hidden@files.example.org/lora?sig=hidden' }] }),
      { from: 'pvc://base/m, https://…@files.example.org/lora…' },
    ],
    ['more parts', service({}, { transformer: {}, explainer: {} }), { beside: 'a transformer and an explainer' }],
    [
      'not ready, and why',
      { ...service({}), status: { conditions: [failed] } },
      { ready: false, why: 'RevisionFailed: Get "https://…@files/m": no route' },
    ],
    ['a state that is not known yet', { ...service({}), status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }, {}],
    ['how it is to be deployed', service({}, {}, { annotations: { 'serving.kserve.io/deploymentMode': 'Knative' } }), { mode: 'Knative' }],
    [
      'how it is deployed, rather than how it is to be',
      {
        ...service({}, {}, { annotations: { 'serving.kserve.io/deploymentMode': 'RawDeployment' } }),
        status: { deploymentMode: 'Standard' },
      },
      { mode: 'Standard' },
    ],
    [
      'what its status says of revisions, and its spec asks',
      { ...service({ canaryTrafficPercent: 10 }), status: { components: { predictor: { traffic } } } },
      { said: '10 % to fraud-predictor-00002 (latest), 90 % to fraud-predictor-00001 (prev)', asked: '10 % to the newest revision' },
    ],
    [
      'canaries that its spec asks for',
      service({ name: 'blue' }, { canary: [{ trafficPercent: 0, predictor: { name: 'green', model: MODEL } }] }),
      { asked: '0 % to the canary green' },
    ],
  ])('%s', (_what, object, facts) => {
    expect(told(object).facts).toEqual({ ...nothing, ...facts })
  })

  test('long texts are cut, and so are long lists', () => {
    const containers = Array.from({ length: 40 }, (_, i) => ({ image: `${i}-${'x'.repeat(5_000)}` }))
    const url = `http://${'y'.repeat(1_000)}`
    const { facts } = told({ ...service({ containers }), status: { url } })
    expect(facts?.runs?.length).toBeLessThan(3_000)
    expect(facts?.runs).toMatch(/, 32 more$/)
    expect(facts?.url).toHaveLength(300)
  })

  test('who else writes to it is named, and KServe is not: it is KServe’s to write', () => {
    const metadata = { managedFields: [{ manager: 'argocd-controller' }, { manager: 'kserve-controller-manager' }] }
    expect(told(service({}, {}, metadata)).writers).toEqual(['Argo CD'])
  })
})

describe('what would move its callers is told as it holds there', () => {
  test.each<[string, object, Surroundings, RegExp]>([
    ['a renamed predictor', service({ name: 'blue' }), around, /to the Service fraud-blue-predictor alone, and adopt that route/],
    ['a transformer', service({}, { transformer: {} }), around, /to the Service fraud-transformer alone/],
    ['an explainer', service({}, { explainer: {} }), around, /Its explainer is not behind that Service\.$/],
    ['a mesh', service({}), { ...around, config: { ...around.config, gateway: null } }, /HTTPRoute of your own on a Service to/],
    [
      'no Service of its own, as in Knative mode',
      service({}),
      { ...around, services: new Map() },
      /^Nothing of it can be adopted: no Service fraud-predictor .* have them call its endpoint\.$/,
    ],
    ['no Deployment', service({}), { ...around, deployments: [] }, /^Nothing of it can be adopted/],
    [
      'a cluster that is driven through KServe',
      service({}),
      { ...around, config: { ...around.config, mode: 'kserve' } },
      /^On a cluster that is driven through KServe no route is adopted\. .* have them call its endpoint\.$/,
    ],
  ])('%s', (_what, object, surroundings, words) => {
    expect(foundInference(object, surroundings).callers).toMatch(words)
  })
})

test.each<[string, object, string]>([
  ['without a predictor', { metadata: { name: 'fraud' }, spec: {} }, 'spec.predictor'],
  ['without a spec', { metadata: { name: 'fraud' } }, 'spec'],
  ['with a text for a model', service({ model: 'fraud' }), 'spec.predictor.model'],
  ['with a share of more than all', service({ canaryTrafficPercent: 900 }), 'spec.predictor.canaryTrafficPercent'],
  ['with half a percent', service({}, { canary: [{ trafficPercent: 0.5, predictor: { name: 'x' } }] }), 'spec.canary.0.trafficPercent'],
])('one %s is listed by its name, with the field that cannot be read', (_what, object, field) => {
  expect(told(object)).toEqual({ name: 'fraud', writers: [], facts: null, callers: null, unreadable: field })
})

test('fifty are listed by name, and how many more there are', () => {
  const many = Array.from({ length: 60 }, (_, i) => service({}, {}, { name: `s${String(59 - i).padStart(2, '0')}` }))
  const { found, more } = foundInferences(many, around)
  expect([found.length, found[0].name, more]).toEqual([50, 's00', 10])
})

describe('where they cannot be listed', () => {
  const refusal = (kind: Failure['kind'], reason = 'x'): Failure => ({ ok: false, kind, reason })
  const clientOf = (listed: Failure, served: Failure | { ok: true; value: never }) => ({
    namespace: 'models',
    list: async () => listed,
    get: async () => served,
  })
  const read = (...answers: Parameters<typeof clientOf>) => readInferences(clientOf(...answers), AbortSignal.timeout(1_000))
  const served = { ok: true as const, value: {} as never }

  test('nothing is said without KServe, also to a role to which all that it may not list is forbidden', async () => {
    expect(await read(refusal('not-served'), served)).toEqual([])
    expect(await read(refusal('forbidden'), refusal('not-served'))).toEqual([])
  })

  test('it is said that they were not looked at, and why', async () => {
    expect(await read(refusal('forbidden'), served)).toBe('InferenceServices not looked at: the role may not list them.')
    expect(await read(refusal('forbidden'), refusal('forbidden'))).toMatch(/the role may not list them/)
    expect(await read(refusal('throttled', 'The API server asks to be called less often.'), served)).toBe(
      'InferenceServices not looked at: The API server asks to be called less often.',
    )
  })
})
