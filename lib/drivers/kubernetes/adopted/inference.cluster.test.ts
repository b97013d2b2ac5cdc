import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { needs } from '@/tools/k8s/cluster.fixture'
import { type Kserve, startKserve } from '@/tools/k8s/kserve'
import { seen } from '@/tools/k8s/seen'
import { DriverCluster } from '../cluster.fixture'
import { Legacy } from './legacy.fixture'

const cluster = new DriverCluster()
const through = new DriverCluster('kserve')
let kserve: Kserve

beforeAll(() => {
  kserve = startKserve(cluster.shared.server, cluster.shared.namespace)
})
afterAll(() => kserve.stop())
beforeEach((context) => needs(context, cluster.shared.server, 'kubelet'))

interface Stored {
  metadata: { uid: string; generation: number }
}

const pathOf = ({ shared }: DriverCluster) => `/apis/serving.kserve.io/v1beta1/namespaces/${shared.namespace}/inferenceservices`

/** Makes an InferenceService, as its owner does by hand. */
function make(on: DriverCluster, name: string, predictor: object): Promise<Stored> {
  const object = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name }, spec: { predictor } }
  return on.shared.api.send<Stored>('POST', pathOf(on), object)
}
const CONTAINER = { name: 'kserve-container', image: 'registry.k8s.io/pause:3.10' }

async function survey(on: DriverCluster) {
  const answer = await on.driver.survey?.(on.target(), on.signal())
  if (!answer?.ok) throw new Error(answer?.reason)
  return answer
}
const foundOn = async (on: DriverCluster, name: string) => (await survey(on)).inferences?.found.find((each) => each.name === name)
const routeOf = async (name: string) => (await survey(cluster)).routes.find((each) => each.name === name)

test('one with a model is listed with what it and KServe’s status say, without its credentials', async () => {
  const storageUri = 'https://ada:hidden@files.example.org/fraud?sig=hidden'
  await make(cluster, 'said', { model: { modelFormat: { name: 'sklearn' }, storageUri }, canaryTrafficPercent: 10 })
  const status = {
    url: 'http://said.example.org',
    deploymentMode: 'Knative',
    servingRuntimeName: 'kserve-sklearnserver',
    conditions: [{ type: 'Ready', status: 'False', reason: 'RevisionFailed', message: `no ${storageUri}` }],
    components: { predictor: { traffic: [{ revisionName: 'said-predictor-00001', percent: 100, latestRevision: true, tag: 'prev' }] } },
  }
  await cluster.shared.api.send('PATCH', `${pathOf(cluster)}/said/status`, { status }, 'application/merge-patch+json')
  expect(await foundOn(cluster, 'said')).toEqual({
    name: 'said',
    writers: [],
    facts: {
      runs: 'a model of the format sklearn, by the runtime kserve-sklearnserver',
      from: 'https://…@files.example.org/fraud…',
      beside: null,
      ready: false,
      why: 'RevisionFailed: no https://…@files.example.org/fraud…',
      url: 'http://said.example.org',
      mode: 'Knative',
      said: '100 % to said-predictor-00001 (prev)',
      asked: '10 % to the newest revision',
    },
    callers: expect.stringMatching(/^Nothing of it can be adopted: no Service said-predictor/),
    unreadable: null,
  })
})

test('its callers move as it is told: its owner’s own route to its Service has no obstacle, is adopted in shares and given back, and nothing of KServe’s is written', async () => {
  const wish = cluster.wish()
  const [made] = await Promise.all([make(cluster, 'theirs', { containers: [CONTAINER] }), cluster.routed(wish)])
  await seen('its Service, with a Deployment behind it', 30, async () =>
    (await foundOn(cluster, 'theirs'))?.callers?.includes('to the Service theirs-predictor alone, and adopt that route here'),
  )
  const own = new Legacy(cluster, 'own')
  await own.route({ backendRefs: [{ name: 'theirs-predictor', port: 80 }] })
  const before = await own.read()
  const route = await routeOf('own')
  expect(route).toMatchObject({ obstacles: [], writers: [] })
  const asked = { endpointId: wish.endpointId, route: 'own', rewrite: false, despite: [], share: 5_000, seen: route?.seen ?? '' }
  expect(await cluster.driver.takeRoute?.(cluster.target(), asked, cluster.signal())).toEqual({ ok: true, kind: 'written' })
  const shares = (await own.read()).spec.rules[0].backendRefs?.map((ref) => (ref as { weight: number }).weight)
  expect(shares).toEqual([500_000, 500_000])
  expect(await cluster.driver.returnRoute?.(cluster.target(), asked, cluster.signal())).toEqual({ ok: true, kind: 'written' })
  expect((await own.read()).spec).toEqual(before.spec)
  const { metadata } = await cluster.shared.api.get<Stored>(`${pathOf(cluster)}/theirs`)
  expect(metadata.generation).toBe(made.metadata.generation)
})

test('a route that KServe made for it is not taken over, also by who says that KServe was told', async () => {
  const wish = cluster.wish()
  const [{ metadata }] = await Promise.all([make(cluster, 'owner', { containers: [CONTAINER] }), cluster.routed(wish)])
  const theirs = new Legacy(cluster, 'owned')
  await theirs.make()
  const owner = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', name: 'owner', uid: metadata.uid, controller: true }
  await cluster.shared.api.send('PATCH', theirs.path, { metadata: { ownerReferences: [owner] } }, 'application/merge-patch+json')
  const route = await routeOf('owned')
  expect(route?.obstacles).toEqual([expect.stringMatching(/^KServe made it for an InferenceService/)])
  const asked = { endpointId: wish.endpointId, route: 'owned', rewrite: false, despite: ['KServe'], share: 0, seen: route?.seen ?? '' }
  const answer = await cluster.driver.takeRoute?.(cluster.target(), asked, cluster.signal())
  expect(answer).toMatchObject({ ok: false, kind: 'refused', reason: expect.stringMatching(/^KServe made it/) })
})

test('of a cluster that is driven through KServe Slipway’s own are not listed, and others with what holds there', async () => {
  await Promise.all([through.routed(through.wish()), make(through, 'beside', { containers: [CONTAINER] })])
  const { inferences } = await survey(through)
  expect(inferences).toMatchObject({ more: 0, unseen: null, found: [{ name: 'beside' }] })
  expect(inferences?.found[0].callers).toMatch(/^On a cluster that is driven through KServe no route is adopted/)
})
