import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { claimDue } from '@/lib/engine/claim'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { newId } from '@/lib/id'
import { returnEndpoint } from '@/lib/rollouts/commands'
import { cancelRollout } from '@/lib/rollouts/steering/commands'
import { createKey, retireEndpoint, scaleEndpoint } from './commands'

afterEach(() => vi.restoreAllMocks())

const conflict = { ok: false, problem: { code: 'conflict' } }

async function places(endpointId: string) {
  return db().endpointCluster.findMany({ where: { endpointId }, select: { generation: true, acknowledgedGeneration: true } })
}

test(
  'a retired endpoint is removed from every cluster, also from one that could not be reached at first, and is then left alone',
  async () => {
    const world = await World.make({ seed: 61, clusters: 2 })
    const { endpointId } = world
    await world.pass(2)
    const last = world.fake(1).faults
    last.unreachable = 'The cable is cut.'
    expect(await retireEndpoint(world.actor('sre'), { endpointId })).toMatchObject({ ok: true })
    world.reporting = false
    await world.pass(8)
    expect(world.fake(0).held.get(endpointId)).toMatchObject({ removed: true, wish: { arms: [] } })
    expect(world.fake(1).held.get(endpointId)).toMatchObject({ removed: false })
    last.unreachable = null
    await world.pass(8)
    expect(world.fake(1).held.get(endpointId)).toMatchObject({ removed: true, wish: { arms: [] } })
    for (const place of await places(endpointId)) expect(place.acknowledgedGeneration).toBe(place.generation)
    expect(await db().endpoint.findUniqueOrThrow({ where: { id: endpointId } })).toMatchObject({ liveVersionId: null })
    const claims = await claimDue(db(), newId(), world.nowMs + 600_000, 500)
    expect(claims.map((claim) => claim.endpointId)).not.toContain(endpointId)
  },
  LONG_MS,
)

test(
  'an endpoint is not retired under a rollout; retired, it takes no scale and no return; retired again, nothing happens',
  async () => {
    const world = await World.make({ seed: 62, approvals: 1 })
    const { endpointId } = world
    const sre = world.actor('sre')
    const waiting = await world.launch(2)
    expect(await retireEndpoint(sre, { endpointId })).toMatchObject(conflict)
    expect(await cancelRollout(world.actor('engineer'), { rolloutId: waiting, revision: 0 })).toMatchObject({ ok: true })
    expect(await retireEndpoint(sre, { endpointId })).toMatchObject({ ok: true })
    const before = await places(endpointId)
    expect(await retireEndpoint(sre, { endpointId })).toMatchObject({ ok: true })
    expect(await places(endpointId)).toEqual(before)
    expect(await scaleEndpoint(sre, { endpointId, replicas: 3 })).toMatchObject(conflict)
    expect(await returnEndpoint(sre, { endpointId, version: 1 })).toMatchObject(conflict)
  },
  LONG_MS,
)

test(
  'a launch serves a retired endpoint again, as a first version, on the same address',
  async () => {
    const world = await World.make({ seed: 63, steps: [10_000] })
    const { endpointId } = world
    await world.pass(2)
    expect(await retireEndpoint(world.actor('sre'), { endpointId })).toMatchObject({ ok: true })
    await world.pass(4)
    const rollout = await world.launch(2)
    expect(await world.until(rollout, ['promoted', 'returned', 'failed'])).toBe('promoted')
    expect(world.fake().held.get(endpointId)?.removed).toBe(false)
    expect(world.fake().weightOf(endpointId, world.version(2))).toBe(10_000)
    expect(await db().endpoint.findUniqueOrThrow({ where: { id: endpointId } })).toMatchObject({
      removedAt: null,
      liveVersionId: world.version(2),
    })
  },
  LONG_MS,
)

test(
  'retiring an endpoint revokes its keys, by name in the trail: whoever had one has none for what is launched there later',
  async () => {
    const world = await World.make({ seed: 64, steps: [10_000] })
    const { endpointId } = world
    const sre = world.actor('sre')
    const keys = []
    for (const name of ['the shop', 'the app']) {
      const made = await createKey(sre, { endpointId, name })
      if (!made.ok) throw new Error(made.problem.message)
      keys.push(made.value.prefix)
    }
    await world.pass(2)
    expect(world.fake().held.get(endpointId)?.wish.keys).toHaveLength(2)
    expect(await retireEndpoint(sre, { endpointId })).toMatchObject({ ok: true })
    expect(await db().endpointKey.count({ where: { endpointId } })).toBe(0)
    const { detail } = await db().audit.findFirstOrThrow({ where: { targetId: endpointId, verb: 'endpoint.retire' } })
    expect(detail).toMatchObject({ revokedKeys: keys.sort() })
    await world.pass(4)
    const rollout = await world.launch(2)
    expect(await world.until(rollout, ['promoted', 'returned', 'failed'])).toBe('promoted')
    expect(world.fake().held.get(endpointId)?.wish.keys).toEqual([])
  },
  LONG_MS,
)
