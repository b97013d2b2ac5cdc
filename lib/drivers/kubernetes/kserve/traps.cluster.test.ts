import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { needs } from '@/tools/k8s/cluster.fixture'
import { seen } from '@/tools/k8s/seen'
import { Legacy } from '../adopted/legacy.fixture'
import { DriverCluster } from '../cluster.fixture'
import { renderObjects } from '../render/render'
import { servingWith } from '../render/wish.fixture'
import { INFERENCE_OF, withInferenceServices } from './render'

const cluster = new DriverCluster('kserve')
const { driver } = cluster

beforeEach((context) => needs(context, cluster.shared.server, 'kubelet'))
afterEach(() => cluster.kserve?.decree({ does: 'runs' }))

interface Listed {
  metadata: { name: string; uid: string; generation?: number; labels: Record<string, string> }
  spec: { replicas?: number }
}

async function listed(api: string, plural: string, selector: string): Promise<Listed[]> {
  const { api: server, namespace } = cluster.shared
  return (await server.get<{ items: Listed[] }>(`/${api}/namespaces/${namespace}/${plural}?labelSelector=${selector}`)).items
}
const services = ({ endpointId }: Wish) => listed('apis/serving.kserve.io/v1beta1', 'inferenceservices', `${INFERENCE_OF}=${endpointId}`)
const deployments = ({ endpointId }: Wish) => listed('apis/apps/v1', 'deployments', `slipway.dev/endpoint=${endpointId}`)
const pods = ({ endpointId }: Wish) => listed('api/v1', 'pods', `slipway.dev/endpoint=${endpointId}`)
const uids = (objects: Listed[]) => objects.map(({ metadata }) => metadata.uid).sort()

async function canary() {
  const first = cluster.wish({ arms: [cluster.arm({ replicas: 2 })] })
  await cluster.routed(first)
  const arms = [{ ...first.arms[0], weight: 9_500 }, cluster.arm({ role: 'candidate', number: 2, weight: 500 })]
  const second = { ...first, generation: 2, fence: 2, arms }
  await cluster.routed(second)
  return { first, second }
}

test('KServe’s own definition takes every field that is rendered, and knows them all', async () => {
  const { api, namespace } = cluster.shared
  const settings = { gpu: { count: 1 }, nodeSelector: { pool: 'gpu' }, tolerations: [{ key: 'gpu', operator: 'Exists' as const }] }
  const objects = renderObjects({ wish: cluster.wish(), namespace, serving: servingWith(settings), replicas: () => 2 })
  const [service] = withInferenceServices(objects).filter(({ kind }) => kind === 'InferenceService')
  const path = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices/${service.metadata.name}`
  const query = 'fieldManager=slipway&fieldValidation=Strict&dryRun=All'
  const stored = await api.send<typeof service>('PATCH', `${path}?${query}`, service, 'application/apply-patch+yaml')
  expect(stored).toMatchObject({ spec: service.spec as object })
})

test('weights in hundredths of a percent, a promotion and a return touch no InferenceService, and no pod is made anew', async () => {
  const { second } = await canary()
  const before = await services(second)
  const ran = uids(await pods(second))
  const [stable, candidate] = second.arms
  const steps = [
    [
      { ...stable, weight: 9_999 },
      { ...candidate, weight: 1 },
    ],
    [
      { ...candidate, role: 'live' as const, weight: 10_000 },
      { ...stable, role: 'candidate' as const, weight: 0 },
    ],
    [
      { ...stable, weight: 10_000 },
      { ...candidate, weight: 0 },
    ],
  ]
  for (const [i, arms] of steps.entries()) {
    const seen = await cluster.routed({ ...second, generation: 3 + i, fence: 3 + i, arms })
    expect(seen.arms.map(({ weight }) => weight)).toEqual(arms.map(({ weight }) => weight))
  }
  expect((await services(second)).map(({ metadata: { uid, generation } }) => [uid, generation])).toEqual(
    before.map(({ metadata: { uid, generation } }) => [uid, generation]),
  )
  expect(uids(await pods(second))).toEqual(ran)
})

test('a return is written and acknowledged while KServe does nothing at all', async () => {
  const { second } = await canary()
  cluster.kserve?.decree({ does: 'nothing' })
  const [stable, candidate] = second.arms
  const back = {
    ...second,
    generation: 3,
    fence: 3,
    arms: [
      { ...stable, weight: 10_000 },
      { ...candidate, weight: 0 },
    ],
  }
  expect(await cluster.routed(back)).toMatchObject({ arms: [{ weight: 10_000 }, { weight: 0 }] })
})

test('a candidate whose replicas are not ready gets no weight, and the stable version keeps all of its own: KServe’s canaries would take from them', async () => {
  const first = cluster.wish({ arms: [cluster.arm({ replicas: 2 })] })
  await cluster.routed(first)
  const candidate = cluster.arm({ role: 'candidate', number: 2, weight: 5_000, replicas: 2 })
  cluster.shared.kubelet?.decree({ 'slipway.dev/version': candidate.versionId }, { is: 'never-ready' })
  const second = { ...first, generation: 2, fence: 2, arms: [{ ...first.arms[0], weight: 5_000 }, candidate] }
  await driver.apply(cluster.target(), second, cluster.signal())
  const waiting = await seen('the candidate’s pods', 30, async () => {
    const now = await cluster.observe(first.endpointId)
    return now?.arms[1].replicas.length === 2 && now
  })
  await driver.apply(cluster.target(), second, cluster.signal())
  expect(waiting).toMatchObject({
    generation: 1,
    arms: [
      { weight: 10_000, ready: 2 },
      { weight: 0, ready: 0, wanted: 2 },
    ],
  })
  const own = (await deployments(second)).find(({ metadata }) => metadata.labels['slipway.dev/version'] === first.arms[0].versionId)
  expect(own?.spec.replicas).toBe(2)
})

test('more replicas are started beside those that run: none is made anew for it', async () => {
  const { second } = await canary()
  const ran = uids(await pods(second))
  const [stable, candidate] = second.arms
  const more = { ...second, generation: 3, fence: 3, arms: [{ ...stable, replicas: 3 }, candidate] }
  await cluster.routed(more)
  await seen('three replicas', 30, async () => (await cluster.observe(more.endpointId))?.arms[0].ready === 3)
  expect(uids(await pods(more))).toEqual(expect.arrayContaining(ran))
})

test('the Services that KServe makes bear our labels, and are left alone', async () => {
  const { second } = await canary()
  const own = async () =>
    (await listed('api/v1', 'services', `slipway.dev/endpoint=${second.endpointId}`)).filter(({ metadata }) =>
      /-predictor$/.test(metadata.name),
    )
  const before = uids(await own())
  expect(before).toHaveLength(2)
  await cluster.routed({ ...second, generation: 3, fence: 3, labelRate: 0.5 })
  expect(uids(await own())).toEqual(before)
})

test('an InferenceService that a person deletes takes the acknowledgement with it, and comes back when the same wish is applied', async () => {
  const { second } = await canary()
  const [service] = await services(second)
  const { api, namespace } = cluster.shared
  await api.send('DELETE', `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices/${service.metadata.name}`)
  await seen('the acknowledgement gone', 30, async () => (await cluster.observe(second.endpointId))?.generation === -1)
  await cluster.routed(second)
  expect(await services(second)).toHaveLength(2)
})

test.each([
  ['looks at nothing', { does: 'nothing' as const }, /has not taken up InferenceService v1-/],
  ['fails', { does: 'fails' as const, message: 'no such storage' }, /ReconcileFailed: no such storage/],
])('a KServe that %s is told beside the version, which is never acknowledged', async (_what, doing, words) => {
  cluster.kserve?.decree(doing)
  const wish = cluster.wish({ arms: [cluster.arm({ weight: 0 })] })
  await driver.apply(cluster.target(), wish, cluster.signal())
  const told = await seen('the reason', 30, async () => {
    const now = await cluster.observe(wish.endpointId)
    return now?.arms[0].replicas.some(({ reason }) => words.test(reason ?? '')) && now
  })
  expect(told).toMatchObject({ generation: -1, arms: [{ weight: 0, ready: 0 }] })
})

test('after a removal no InferenceService is left', async () => {
  const { second } = await canary()
  await driver.remove(cluster.target(), { ...second, fence: 3, generation: 3 }, cluster.signal())
  expect(await services(second)).toEqual([])
  await seen('its Deployments gone', 30, async () => (await deployments(second)).length === 0)
})

test('a preview names InferenceServices and no Deployment; other hands on one are told, and settings that ask for an autoscaler are refused', async () => {
  const { second } = await canary()
  const more = { ...second, generation: 3, fence: 3, arms: [{ ...second.arms[0], replicas: 3 }, second.arms[1]] }
  const words = async (target = cluster.target()) => {
    const preview = await driver.preview(target, more, cluster.signal())
    if (!preview.ok) throw new Error(preview.reason)
    return preview.changes.map(({ kind, text }) => `${kind}: ${text}`)
  }
  const said = await words()
  expect(said).toContainEqual(expect.stringMatching(/^object: Change InferenceService v1-\S+: spec.predictor.minReplicas from 2 to 3\.$/))
  expect(said.join()).not.toMatch(/Deployment|refused/)
  const [{ metadata }] = (await services(second)).filter(({ metadata: { name } }) => name.startsWith('v1-'))
  const { api, namespace } = cluster.shared
  const path = `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices/${metadata.name}?fieldManager=argocd-controller`
  await api.send('PATCH', path, { metadata: { labels: { 'argocd.argoproj.io/instance': 'models' } } }, 'application/merge-patch+json')
  expect(await words()).toContainEqual(
    expect.stringContaining(`ignoreDifferences: [{group: serving.kserve.io, kind: InferenceService, namespace: ${namespace}`),
  )
  const scaled = cluster.target({ serving: { autoscaler: { max: 4 } } })
  expect(await words(scaled)).toContainEqual(expect.stringMatching(/^refused: .*not offered through KServe/))
})

test('a route that Slipway did not make is listed and not taken over, and nothing of it is written', async () => {
  const legacy = new Legacy(cluster)
  const wish = cluster.wish()
  await Promise.all([legacy.make(), cluster.routed(wish)])
  const before = await legacy.read()
  const survey = await driver.survey?.(cluster.target(), cluster.signal())
  const seen = survey?.ok ? survey.routes.find(({ name }) => name === legacy.name)?.seen : undefined
  const asked = { endpointId: wish.endpointId, route: legacy.name, seen: seen ?? '', share: 0, rewrite: false, despite: [] }
  const answer = await driver.takeRoute?.(cluster.target(), asked, cluster.signal())
  expect(answer).toMatchObject({ ok: false, kind: 'refused', reason: expect.stringMatching(/^Models run by KServe here/) })
  const { spec, metadata } = await legacy.read()
  expect({ spec, labels: metadata.labels, annotations: metadata.annotations }).toEqual({
    spec: before.spec,
    labels: before.metadata.labels,
    annotations: before.metadata.annotations,
  })
})

test('the probe says that KServe runs the models', async () => {
  const probed = await driver.probe(cluster.target(), cluster.signal())
  expect(probed).toMatchObject({ ok: true, detail: expect.stringContaining('KServe is installed, and runs the models') })
})
