import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { getRoutes } from '@/lib/clusters/routes/queries'
import { db } from '@/lib/db'
import type { Driver, RouteAsked, RouteResult } from '@/lib/drivers/driver'
import { localDriver } from '@/lib/drivers/local/driver'
import { engineAnswers } from '@/lib/engine/answers'
import { serveInternal } from '@/lib/engine/internal'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { env, required } from '@/lib/env'
import { actorIn } from '@/lib/versions/registry.fixture'
import { createKey } from '../commands'
import { returnRoute, takeRoute } from './commands'

/** What came to the cluster, and what it says. */
const asked: (Partial<RouteAsked> & { back?: true })[] = []
const SURVEY = { routes: [], elsewhere: 3, inferences: { found: [], more: 2, unseen: null } }
let answer: RouteResult = { ok: true, kind: 'written' }
const driver: Driver = {
  ...localDriver,
  survey: async () => ({ ok: true, ...SURVEY }),
  takeRoute: async (_cluster, route) => {
    asked.push(route)
    return answer
  },
  returnRoute: async (_cluster, route) => {
    asked.push({ ...route, back: true })
    return answer
  },
}
let engine: Awaited<ReturnType<typeof serveInternal>>
let world: World

beforeAll(async () => {
  const ports = { driver: () => driver, sealingKey: null }
  const token = required('SLIPWAY_ENGINE_TOKEN')
  engine = await serveInternal({ host: '127.0.0.1', port: 0, token, answers: engineAnswers(ports), unready: () => null, tlsDir: null })
  env().SLIPWAY_ENGINE_URL = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`
  world = await World.make({ seed: 71, approvals: 1 })
  await world.pass(2)
}, LONG_MS)
afterAll(() => void engine.close())
beforeEach(() => {
  asked.length = 0
  answer = { ok: true, kind: 'written' }
})

const input = (over: object = {}) => ({
  endpointId: world.endpointId,
  clusterId: world.clusterIds[0],
  route: 'legacy',
  seen: 'as-shown',
  share: 2_500,
  ...over,
})
const conflict = (words: RegExp) => ({ ok: false, problem: { code: 'conflict', message: expect.stringMatching(words) } })
const audits = (verb: string) => db().audit.findMany({ where: { targetId: world.endpointId, verb } })

test('an SRE gives an endpoint a share of a route, and gives it back; both stand in the trail', async () => {
  const sre = world.actor('sre')
  expect(await takeRoute(sre, input({ despite: ['Argo CD'] }))).toEqual({ ok: true, value: { share: 2_500 } })
  expect(await returnRoute(sre, input())).toMatchObject({ ok: true })
  const { endpointId } = world
  expect(asked).toEqual([
    { endpointId, route: 'legacy', seen: 'as-shown', share: 2_500, rewrite: false, despite: ['Argo CD'] },
    { endpointId, route: 'legacy', back: true },
  ])
  expect(await audits('endpoint.take-route')).toMatchObject([
    { detail: { route: 'legacy', share: 2_500, despite: ['Argo CD'], version: 1 } },
  ])
  expect(await audits('endpoint.return-route')).toHaveLength(1)
})

test('what the cluster refuses is told in its words, and stands in no trail', async () => {
  const before = await audits('endpoint.take-route')
  answer = { ok: false, kind: 'stale', reason: 'HTTPRoute legacy changed since it was shown: look again.' }
  expect(await takeRoute(world.actor('sre'), input())).toMatchObject(conflict(/look again/))
  answer = { ok: false, kind: 'unreachable', reason: 'nobody listens there' }
  expect(await takeRoute(world.actor('sre'), input())).toMatchObject({ problem: { code: 'unavailable', message: 'nobody listens there' } })
  expect(await audits('endpoint.take-route')).toEqual(before)
})

test('a share out of bounds or a name that no route has is refused at the field', async () => {
  for (const [path, over] of [
    ['share', { share: 10_001 }],
    ['share', { share: 0.5 }],
    ['route', { route: '../deployments/legacy' }],
  ] as const)
    expect(await takeRoute(world.actor('sre'), input(over))).toMatchObject({ problem: { code: 'invalid', fields: [{ path }] } })
  expect(asked).toEqual([])
})

test('the cluster’s page offers the endpoint to an SRE, and to nobody else', async () => {
  const [clusterId] = world.clusterIds
  const offered = { endpointId: world.endpointId, model: world.slug, environment: world.environment, number: 1 }
  const view = { survey: SURVEY, reason: null }
  expect(await getRoutes(world.actor('sre'), clusterId)).toEqual({ ...view, may: true, takers: [offered] })
  expect(await getRoutes(world.actor('engineer'), clusterId)).toEqual({ ...view, may: false, takers: [] })
  const other = await getRoutes(actorIn('01900000-0000-7000-8000-0000000000aa', 'sre'), clusterId)
  expect(other).toMatchObject({ may: true, takers: [] })
})

test(
  'a cluster that its environment does not have, a rollout under way, keys, and an endpoint without a live version are refused',
  async () => {
    const sre = world.actor('sre')
    expect(await takeRoute(sre, input({ clusterId: world.endpointId }))).toMatchObject(conflict(/does not have this cluster/))
    const key = await createKey(sre, { endpointId: world.endpointId, name: 'shop' })
    expect(await takeRoute(sre, input())).toMatchObject(conflict(/asks callers for a key/))
    await db().endpointKey.deleteMany({ where: { id: key.ok ? key.value.id : '' } })
    const unapproved = await World.make({ seed: 72, steps: [500, 10_000] })
    await unapproved.pass(2)
    await unapproved.launch(2)
    await unapproved.pass(4)
    const under = input({ endpointId: unapproved.endpointId, clusterId: unapproved.clusterIds[0] })
    expect(await takeRoute(unapproved.actor('sre'), under)).toMatchObject(conflict(/rollout is under way/))
    await db().endpoint.update({ where: { id: unapproved.endpointId }, data: { liveVersionId: null } })
    expect(await takeRoute(unapproved.actor('sre'), under)).toMatchObject(conflict(/No version is live/))
    expect(asked).toEqual([])
    // The way back is never in the way.
    expect(await returnRoute(unapproved.actor('sre'), under)).toMatchObject({ ok: true })
  },
  LONG_MS,
)
