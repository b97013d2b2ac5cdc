import { beforeEach, expect, inject, test } from 'vitest'
import { PRESETS } from '@/lib/clusters/witness/presets'
import { serviceOf } from '@/lib/clusters/witness/question'
import type { Wish, WishArm } from '@/lib/endpoints/wish'
import { Load } from '@/lib/serving/testing/load'
import { needs } from '@/tools/k8s/cluster.fixture'
import { type ReportedPod, readyAddresses } from '@/tools/k8s/deployment.fixture'
import { seen } from '@/tools/k8s/seen'
import { GatewayCluster, NEEDS, WITHIN_S } from './gateway.fixture'
import { endpointName, versionName } from './render/names'

const cluster = new GatewayCluster()
const { on } = cluster
/** Of each share that is counted. Five standard deviations are its bound. */
const SENT = 600
/** For what takes several pods' lives, ms. */
const LONG = 900_000

beforeEach((context) => needs(context, inject('apiServer'), ...NEEDS))

/** The endpoint of all tests: each moves it on from where it stands. */
let last: Wish | undefined

async function first(): Promise<Wish> {
  if (last) return last
  const [live, better] = ['live', 'better'].map((name) => cluster.web.publish(`examples/flights/${name}.onnx`))
  const arms = [on.arm({ digest: live }), on.arm({ digest: better, role: 'candidate', number: 2, weight: 0 })]
  last = on.wish({ arms })
  await cluster.goes(last)
  return last
}

/** The next wish, with these weights of live and candidate, once requests go by it. */
async function gone(weights: readonly [number, number], over: readonly Partial<WishArm>[] = []): Promise<Wish> {
  last = next(await first(), weights, over)
  await cluster.goes(last)
  return last
}

function next({ generation, fence, arms, ...rest }: Wish, weights: readonly number[], over: readonly Partial<WishArm>[] = []): Wish {
  return { ...rest, generation: generation + 1, fence: fence + 1, arms: arms.map((arm, i) => ({ ...arm, ...over[i], weight: weights[i] })) }
}

function nameOf(wish: Wish, arm: WishArm): string {
  return versionName(endpointName(wish), arm)
}

test('a wish is acknowledged by what the gateway’s own controller says of the route, and the probe names its class', async () => {
  const wish = await gone([10_000, 0])
  interface Route {
    metadata: { generation: number }
    status: { parents: { controllerName: string; conditions: { type: string; status: string; observedGeneration: number }[] }[] }
  }
  const { metadata, status } = await on.shared.api.get<Route>(await on.routePath(wish))
  expect(status.parents.map(({ controllerName }) => controllerName)).toEqual(['traefik.io/gateway-controller'])
  for (const type of ['Accepted', 'ResolvedRefs'])
    expect(status.parents[0].conditions).toContainEqual(
      expect.objectContaining({ type, status: 'True', observedGeneration: metadata.generation }),
    )
  expect(await on.driver.probe(cluster.target, on.signal())).toMatchObject({
    ok: true,
    detail: expect.stringContaining(`gateway classes traefik; gateway ${on.shared.namespace}/public found`),
  })
})

test.each([
  [9_000, 1_000],
  [5_000, 5_000],
  [10_000, 0],
  [0, 10_000],
])(
  'callers reach the versions by the weights %i and %i, and each pod counts what it got for the generation and role that the gateway wrote',
  async (live, candidate) => {
    const wish = await gone([live, candidate])
    const answers = await cluster.answers(wish, SENT)
    const share = candidate / 10_000
    const [v1, v2] = ['v1', 'v2'].map((name) => answers.get(name) ?? 0)
    expect(v1 + v2, JSON.stringify([...answers])).toBe(SENT)
    expect(Math.abs(v2 - SENT * share)).toBeLessThanOrEqual(5 * Math.sqrt(SENT * share * (1 - share)))
    const [one, two] = wish.arms.map(({ versionId }) => versionId)
    await seen(
      'all of them counted',
      60,
      async () => cluster.counted(wish, one, 'live') >= v1 && cluster.counted(wish, two, 'candidate') >= v2,
    )
    expect(cluster.counted(wish)).toBe(cluster.counted(wish, one, 'live') + cluster.counted(wish, two, 'candidate'))
    expect(cluster.web.sum(({ bad }) => bad)).toBe(0)
  },
)

test('a request that names an arm gets it whatever the weights, and is counted as pinned; what callers say of generation and role counts for nothing', async () => {
  const wish = await gone([10_000, 0])
  const [, candidate] = wish.arms
  const lie = { 'x-slipway-generation': '999', 'x-slipway-roles': `${candidate.versionId}=candidate`, 'x-slipway-observe': 'lie' }
  const pinned = cluster.counted(wish, candidate.versionId, 'pinned')
  expect(await cluster.answers(wish, 30, { ...lie, 'x-slipway-arm': 'candidate' })).toEqual(new Map([['v2', 30]]))
  expect(await cluster.answers(wish, 30, { ...lie, 'x-slipway-arm': 'live' })).toEqual(new Map([['v1', 30]]))
  expect(await cluster.answers(wish, 30, lie)).toEqual(new Map([['v1', 30]]))
  await seen('them counted', WITHIN_S, async () => cluster.counted(wish, candidate.versionId, 'pinned') === pinned + 30)
  expect(cluster.web.windows().filter(({ generation }) => generation === 999)).toEqual([])
  expect(cluster.counted(wish, candidate.versionId, 'candidate')).toBe(0)
})

test('the preset of Traefik finds each version’s requests in what Traefik tells a Prometheus, to the last one', async () => {
  const wish = await gone([5_000, 5_000])
  const services = wish.arms.map((arm) => nameOf(wish, arm))
  const asked = { namespace: on.shared.namespace, route: endpointName(wish), services }
  const counts = async () => {
    const sums = services.map(() => 0)
    for (const line of (await cluster.gateway.metrics()).split('\n')) {
      const [, text, value] = /^traefik_service_requests_total\{(.*)\} (\S+)$/.exec(line) ?? []
      const labels = Object.fromEntries([...(text ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, label, said]) => [label, said]))
      const at = services.indexOf(serviceOf(PRESETS.traefik, asked, labels, new Map()) ?? '')
      if (at >= 0) sums[at] += Number(value)
    }
    return sums
  }
  const before = await counts()
  const answers = await cluster.answers(wish, 200)
  const wanted = before.map((n, i) => n + (answers.get(`v${i + 1}`) ?? 0))
  // Traefik counts a request after it was answered.
  await seen('all of them in its metrics', WITHIN_S, async () => String(await counts()) === String(wanted))
})

test('a gateway that is gone takes no acknowledgement back, gives none, and goes by the last wish when it is there again', async () => {
  const wish = await gone([5_000, 5_000])
  const before = await on.observe(wish.endpointId)
  expect(before?.generation).toBe(wish.generation)
  await cluster.gateway.kill()
  await expect(cluster.ask(wish)).rejects.toThrow()
  const later = next(wish, [0, 10_000])
  for (let turn = 0; turn < 3; turn++) {
    expect(await on.driver.apply(cluster.target, later, on.signal())).toMatchObject({ ok: true, kind: 'applied' })
    const seenNow = await on.observe(wish.endpointId)
    expect(seenNow?.generation).toBe(wish.generation)
    expect(seenNow?.arms.map(({ weight, ready }) => [weight, ready])).toEqual([
      [5_000, 1],
      [5_000, 1],
    ])
  }
  await cluster.gateway.start()
  last = later
  await cluster.goes(later)
  expect(await cluster.answers(later, 50)).toEqual(new Map([['v2', 50]]))
})

test(
  'no request fails while weights move, pods are made anew, one is evicted and a version is retired',
  async () => {
    const wish = await gone([10_000, 0], [{ replicas: 2 }])
    const { api, namespace } = on.shared
    const addresses = (arm: number) => readyAddresses(api, namespace, nameOf(wish, wish.arms[arm]))
    const podsOf = async (versionId: string) =>
      (await api.get<{ items: ReportedPod[] }>(`/api/v1/namespaces/${namespace}/pods?labelSelector=slipway.dev/version=${versionId}`)).items
    const [one, two] = wish.arms.map(({ versionId }) => versionId)
    await seen('two replicas', WITHIN_S, async () => (await addresses(0)).length === 2)
    const load = new Load(cluster.gateway.url, cluster.pathOf(wish), 4)

    await gone([5_000, 5_000])
    const old = new Set((await podsOf(two)).map(({ metadata }) => metadata.name))
    await gone([5_000, 5_000], [{}, { threshold: 0.3 }])
    await seen('other pods of the candidate', WITHIN_S, async () => !(await podsOf(two)).some(({ metadata }) => old.has(metadata.name)))

    const [evicted] = await podsOf(one)
    await api.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${evicted.metadata.name}`)
    await seen('another in its place', WITHIN_S, async () => {
      const names = (await podsOf(one)).map(({ metadata }) => metadata.name)
      return !names.includes(evicted.metadata.name) && (await addresses(0)).length === 2
    })

    const moved = await gone([0, 10_000])
    last = { ...next(moved, [0, 10_000]), arms: [{ ...moved.arms[1], role: 'live', weight: 10_000 }] }
    await cluster.goes(last)
    await seen('the pods of the first version gone', WITHIN_S, async () => (await podsOf(one)).length === 0)

    const { answers, broken, statuses, versions } = await load.stop()
    expect([...statuses]).toEqual([[200, answers]])
    expect(broken).toBe(0)
    expect([...versions.keys()].sort()).toEqual(['1', '2'])
  },
  LONG,
)
