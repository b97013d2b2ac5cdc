import { beforeEach, describe, expect, test } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { needs } from '@/tools/k8s/cluster.fixture'
import type { RouteAsked } from '../../driver'
import { DriverCluster, MISSING } from '../cluster.fixture'
import { Legacy, type LegacyRoute } from './legacy.fixture'

const cluster = new DriverCluster()
let made = 0

beforeEach((context) => needs(context, cluster.shared.server, 'kubelet'))

async function found(name: string) {
  const answer = await cluster.driver.survey?.(cluster.target(), cluster.signal())
  const route = answer?.ok ? answer.routes.find((each) => each.name === name) : undefined
  if (!route) throw new Error(`${name} is not listed.`)
  return route
}

/** A legacy route, an endpoint that is routed to, and the hand that gives the one a share of the other. */
async function both(version = 1) {
  made += 1
  const legacy = new Legacy(cluster, `legacy-${made}`)
  const wish = cluster.wish({ arms: [cluster.arm({ number: version })] })
  await Promise.all([legacy.make(), cluster.routed(wish)])
  const take = async (share: number, over: Partial<RouteAsked> = {}) => {
    const { seen } = await found(legacy.name)
    const asked = { endpointId: wish.endpointId, route: legacy.name, seen, share, rewrite: false, despite: [], ...over }
    return cluster.driver.takeRoute?.(cluster.target(), asked, cluster.signal())
  }
  const giveBack = () =>
    cluster.driver.returnRoute?.(cluster.target(), { endpointId: wish.endpointId, route: legacy.name }, cluster.signal())
  return { legacy, wish, take, giveBack }
}

const weights = ({ spec }: LegacyRoute) =>
  (spec.rules[0].backendRefs as { name: string; weight: number }[]).map(({ name, weight }) => [
    name.replace(/^.*-(v\d+)-.*$/, '$1'),
    weight,
  ])

const WRITTEN = { ok: true, kind: 'written' }

describe('a route that Slipway did not make', () => {
  test('is tried, takes a share and then all, goes by the weights of a canary, and is given back as it was', async () => {
    const { legacy, wish, take, giveBack } = await both()
    const before = await legacy.read()
    expect(await take(0)).toEqual(WRITTEN)
    const tried = await legacy.read()
    expect(tried.spec.rules[0]).toEqual(before.spec.rules[0])
    expect(tried.spec.rules).toHaveLength(2)
    expect(await take(1_000)).toEqual(WRITTEN)
    expect(weights(await legacy.read())).toEqual([
      ['v1', 100_000],
      [legacy.name, 900_000],
    ])
    expect(await take(10_000)).toEqual(WRITTEN)
    expect(weights(await legacy.read())).toEqual([['v1', 1_000_000]])
    await legacy.accepted()
    const canary: Wish = {
      ...wish,
      generation: 2,
      fence: 2,
      arms: [{ ...wish.arms[0], weight: 7_500 }, cluster.arm({ role: 'candidate', number: 2, weight: 2_500 })],
    }
    await cluster.routed(canary)
    expect(weights(await legacy.read())).toEqual([
      ['v1', 750_000],
      ['v2', 250_000],
    ])
    expect((await found(legacy.name)).adopted).toMatchObject({ endpointId: wish.endpointId, share: 10_000, leftAlone: null })
    expect(await giveBack()).toEqual(WRITTEN)
    expect((await legacy.read()).spec).toEqual(before.spec)
    expect((await found(legacy.name)).adopted).toBeNull()
    // What is its owner's is not followed any more.
    await cluster.routed({ ...canary, generation: 3, fence: 3, arms: [{ ...wish.arms[0], weight: 10_000 }] })
    expect((await legacy.read()).spec).toEqual(before.spec)
  })

  test('is not acknowledged by its endpoint’s next wish before the gateway takes it too', async () => {
    const { legacy, wish, take } = await both()
    await take(10_000)
    await legacy.accepted()
    cluster.gateway.decree({ says: 'nothing' })
    const next = { ...wish, generation: 2, fence: 2, arms: [{ ...wish.arms[0], replicas: 1 }], salt: 'other' }
    await cluster.driver.apply(cluster.target(), next, cluster.signal())
    expect(await cluster.observe(wish.endpointId)).toMatchObject({ generation: 1 })
    cluster.gateway.decree({ says: 'accepted' })
    expect(await cluster.routed(next)).toMatchObject({ generation: 2 })
  })

  test('that another hand changed is left alone, and told; the rules that it has then stay when it is given back', async () => {
    const { legacy, wish, take, giveBack } = await both()
    await take(5_000)
    await legacy.route({}, 'somebody')
    const theirs = await legacy.read()
    const next = { ...wish, generation: 2, fence: 2, salt: 'other' }
    const seen = await cluster.routed(next)
    expect((await legacy.read()).spec).toEqual(theirs.spec)
    expect(seen.arms[0].replicas.map(({ reason }) => reason)).toContainEqual(expect.stringContaining(`HTTPRoute ${legacy.name}`))
    expect((await found(legacy.name)).adopted).toMatchObject({ share: null, leftAlone: expect.stringContaining('changed the rules') })
    expect(await take(10_000)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('give it back first') })
    expect(await giveBack()).toEqual(WRITTEN)
    expect((await legacy.read()).spec).toEqual(theirs.spec)
  })

  test('whose annotation somebody took away is never taken for the endpoint’s own: it is left alone, and is its owner’s once it is given back', async () => {
    const { legacy, wish, take, giveBack } = await both()
    await take(5_000)
    await cluster.shared.api.send(
      'PATCH',
      `${legacy.path}?fieldManager=kubectl`,
      { metadata: { annotations: { 'slipway.dev/adopted': null } } },
      'application/merge-patch+json',
    )
    const theirs = await legacy.read()
    // Its name comes first of the two that bear the endpoint's label.
    const seen = await cluster.routed({ ...wish, generation: 2, fence: 2, salt: 'other' })
    expect((await legacy.read()).spec).toEqual(theirs.spec)
    expect(seen.arms[0].replicas.map(({ reason }) => reason)).toContainEqual(expect.stringContaining(`HTTPRoute ${legacy.name}`))
    expect((await found(legacy.name)).adopted).toMatchObject({
      ...{ endpointId: wish.endpointId, share: null },
      leftAlone: expect.stringContaining('lacks the annotation slipway.dev/adopted'),
    })
    expect(await giveBack()).toEqual(WRITTEN)
    const { spec, metadata } = await legacy.read()
    expect(spec).toEqual(theirs.spec)
    expect(Object.keys(metadata.labels ?? {})).toEqual([])
  })

  test('does not turn the endpoint’s own route into another’s when somebody takes a label from that: it is told and written as before', async () => {
    const { legacy, wish, take } = await both()
    const own = await cluster.routePath(wish)
    await take(5_000)
    const labels = { 'app.kubernetes.io/managed-by': null }
    await cluster.shared.api.send('PATCH', `${own}?fieldManager=kubectl`, { metadata: { labels } }, 'application/merge-patch+json')
    expect(await cluster.observe(wish.endpointId)).toMatchObject({ generation: 1, arms: [{ weight: 10_000 }] })
    await cluster.routed({ ...wish, generation: 2, fence: 2, salt: 'other' })
    expect(await cluster.observe(wish.endpointId)).toMatchObject({ generation: 2 })
    expect((await found(legacy.name)).adopted).toMatchObject({ endpointId: wish.endpointId, leftAlone: null })
  })

  test('goes back when its endpoint is removed, before what it leads to goes', async () => {
    const { legacy, wish, take } = await both()
    const before = await legacy.read()
    await take(10_000)
    const { endpointId } = wish
    const removed = await cluster.driver.remove(cluster.target(), { endpointId, fence: 2, generation: 2 }, cluster.signal())
    expect(removed).toMatchObject({ ok: true })
    expect((await legacy.read()).spec).toEqual(before.spec)
  })
})

describe('a takeover is refused, and nothing is written', () => {
  test('of a route that is another than was shown', async () => {
    const { legacy, take } = await both()
    const { seen } = await found(legacy.name)
    await legacy.route({ timeouts: { request: '5s' } } as object)
    const before = await legacy.read()
    expect(await take(0, { seen })).toMatchObject({ kind: 'stale', reason: expect.stringContaining('look again') })
    expect(await legacy.read()).toEqual(before)
  })

  test('of a route with two rules, of one that Argo CD writes until a person says that it was told, and for an endpoint that is not here', async () => {
    const { legacy, take } = await both()
    await legacy.route({}, 'argocd-controller')
    expect(await take(0)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/^Argo CD also writes to it/) })
    expect(await take(0, { endpointId: '01900000-0000-7000-8000-0000000000aa', despite: ['Argo CD'] })).toMatchObject({ kind: 'refused' })
    expect((await legacy.read()).metadata.annotations).toBeUndefined()
    expect(await take(0, { despite: ['Argo CD'] })).toEqual(WRITTEN)
  })

  test('for an endpoint whose version never got ready', async () => {
    const { legacy, take } = await both()
    const before = await legacy.read()
    const { endpointId, ...rest } = cluster.wish({ arms: [cluster.arm({ digest: MISSING })] })
    await cluster.driver.apply(cluster.target(), { ...rest, endpointId }, cluster.signal())
    for (const share of [0, 10_000])
      expect(await take(share, { endpointId })).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('not served on this cluster'),
      })
    expect((await legacy.read()).spec).toEqual(before.spec)
  })

  test('where the old servers would get the model’s own path; the same that was done before is no refusal, and changes nothing', async () => {
    const { legacy, take } = await both()
    expect(await take(5_000, { rewrite: true })).toMatchObject({ kind: 'refused', reason: expect.stringContaining('model’s own path') })
    expect(await take(10_000, { rewrite: true })).toEqual(WRITTEN)
    const { spec, metadata } = await legacy.read()
    // As when an answer was lost: what was shown is not what is there any more.
    expect(await take(10_000, { rewrite: true, seen: 'before' })).toEqual(WRITTEN)
    expect(await legacy.read()).toMatchObject({ spec, metadata: { generation: metadata.generation, annotations: metadata.annotations } })
  })
})
