import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { createKey, scaleEndpoint } from '@/lib/endpoints/commands'
import type { Wish } from '@/lib/endpoints/wish'
import { keepTheirs, pauseRollout, restoreOurs, resumeRollout, returnRollout } from '@/lib/rollouts/steering/commands'
import { findGoverning } from '@/lib/rollouts/store'
import { LONG_MS, World } from './world.fixture'

// Faults that were found by the simulation or by reading for it, each with the circumstances that showed it.

afterEach(() => vi.restoreAllMocks())

const SHORT = { steps: [2_500, 10_000] }

/** Somebody else puts all traffic on one version, with a fence and a generation above what is there. */
function intrude(world: World, version: number, fences: number): void {
  const held = world.fake().held.get(world.endpointId)
  if (!held) throw new Error('The endpoint is not on the cluster.')
  const arms = held.wish.arms.map((arm) => ({ ...arm, weight: arm.versionId === world.version(version) ? 10_000 : 0 }))
  const theirs: Wish = { ...held.wish, salt: 'theirs', fence: held.wish.fence + fences, generation: held.wish.generation + 1, arms }
  world.fake().intrude(theirs)
}

async function holds(id: string): Promise<string[]> {
  const { state } = await db().rollout.findUniqueOrThrow({ where: { id } })
  return ((state as { holds?: { reason: string }[] }).holds ?? []).map((hold) => hold.reason)
}

async function revisionOf(id: string): Promise<number> {
  return (await db().rollout.findUniqueOrThrow({ where: { id } })).revision
}

/** A person says of a takeover that theirs stays. */
async function keep(world: World, id: string): Promise<void> {
  expect(await keepTheirs(world.actor('sre'), { rolloutId: id, revision: await revisionOf(id) })).toMatchObject({ ok: true })
}

/** A person says of a takeover that ours is put back. */
async function restore(world: World, id: string): Promise<void> {
  expect(await restoreOurs(world.actor('sre'), { rolloutId: id, revision: await revisionOf(id) })).toMatchObject({ ok: true })
}

async function nextGoesOn(world: World): Promise<void> {
  const next = await world.launch(3)
  await world.pass(5)
  expect(await holds(next)).toEqual([])
  expect(await world.phase(next)).toBe('progressing')
}

test(
  "another writer's route on a quiet endpoint is not written over, however often its scale and its keys change",
  async () => {
    const world = await World.make({ seed: 61 })
    await world.pass(35)
    intrude(world, 1, 1)
    const before = world.fake().taken.length
    await world.pass(35)
    for (const replicas of [2, 3, 1]) {
      expect(await scaleEndpoint(world.actor('engineer'), { endpointId: world.endpointId, replicas })).toMatchObject({ ok: true })
      await world.pass(2)
      expect(await createKey(world.actor('sre'), { endpointId: world.endpointId, name: `for ${replicas}` })).toMatchObject({ ok: true })
      await world.pass(2)
    }
    expect(world.fake().taken.length).toBe(before)
    expect(world.fake().held.get(world.endpointId)?.wish.salt).toBe('theirs')
  },
  LONG_MS,
)

test(
  'a second change by another writer while ours is being restored is a takeover once more, and is not written over',
  async () => {
    const world = await World.make({ seed: 62, ...SHORT })
    const id = await world.launch(2)
    await world.pass(8)
    intrude(world, 1, 1_000)
    await world.pass(5)
    expect(await holds(id)).toContain('takeover')
    await restore(world, id)
    intrude(world, 1, 3_000)
    const before = world.fake().taken.length
    await world.pass(20)
    expect(await holds(id)).toContain('takeover')
    expect(world.fake().taken.length).toBe(before)
  },
  LONG_MS,
)

test(
  'engines go on within a second after the clock was set back by an hour',
  async () => {
    const world = await World.make({ seed: 63, ...SHORT })
    const id = await world.launch(2)
    await world.pass(12)
    world.nowMs -= 3_600_000
    const before = (await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })).fence
    await world.pass(2)
    const { fence, wakeAt } = await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })
    expect(fence).toBeGreaterThan(before)
    expect(wakeAt.getTime() - world.nowMs).toBeLessThanOrEqual(30_000)
    expect(await world.phase(id)).toBe('progressing')
  },
  LONG_MS,
)

test(
  'an engine with nothing in memory reads a rollout on although the clock was set back behind its last frame',
  async () => {
    const world = await World.make({ seed: 64, steps: [2_500, 5_000, 10_000] })
    const id = await world.launch(2)
    await world.pass(8)
    const engineer = world.actor('engineer')
    expect(await pauseRollout(engineer, { rolloutId: id })).toMatchObject({ ok: true })
    await world.pass(50)
    // Slots stay open while nothing is reported; the next step's frame is written meanwhile.
    world.reporting = false
    await world.pass(8)
    expect(await resumeRollout(engineer, { rolloutId: id, revision: await revisionOf(id) })).toMatchObject({ ok: true })
    await world.pass(1)
    expect(await db().ledger.count({ where: { rolloutId: id, kind: 'frame' } })).toBe(2)
    world.nowMs -= 3_000
    world.reporting = true
    await world.pass(2)
    const anew = world.ports()
    expect(await world.until(id, ['promoted', 'returned'], 300, () => anew)).toBe('promoted')
  },
  LONG_MS,
)

test(
  'what ended last says what stays, also when the clock was set back before its end',
  async () => {
    const world = await World.make({ seed: 65, ...SHORT })
    const first = await world.launch(2)
    expect(await world.until(first, ['promoted', 'returned'])).toBe('promoted')
    world.nowMs -= 1_800_000
    const second = await world.launch(3)
    expect(await returnRollout(world.actor('sre'), { rolloutId: second })).toMatchObject({ ok: true })
    expect(await world.until(second, ['aborted', 'promoted'], 20)).toBe('aborted')
    expect((await findGoverning(db(), world.endpointId)).last?.id).toBe(second)
  },
  LONG_MS,
)

test(
  'a restore that was decided is carried out also when the cluster could not be reached at first',
  async () => {
    const world = await World.make({ seed: 66, ...SHORT })
    const id = await world.launch(2)
    await world.pass(8)
    intrude(world, 1, 1_000)
    await world.pass(5)
    world.fake().faults.unreachable = 'The cable is cut.'
    await restore(world, id)
    // A later write of theirs, below what the restore made ours.
    const held = world.fake().held.get(world.endpointId)?.wish
    if (!held) throw new Error('The endpoint is not on the cluster.')
    const stored = await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })
    world.fake().intrude({ ...held, generation: stored.generation })
    await world.pass(5)
    world.fake().faults.unreachable = null
    await world.pass(8)
    expect(await holds(id)).not.toContain('takeover')
    expect(world.fake().held.get(world.endpointId)?.wish.salt).toBe(id)
  },
  LONG_MS,
)

test(
  'a blue/green goes on to its second cluster, where its candidate starts beside a verdict about the first',
  async () => {
    const world = await World.make({ seed: 67, clusters: 2, ...SHORT })
    const pace = { burnIn: 5, minDwell: 10, minRequests: 50, maxDwell: 300, noDataAfter: 30, watch: 0, warmth: 60 }
    const id = await world.launch(2, { strategy: 'blue-green', pace })
    const stop = async () => {
      if ((await holds(id)).includes('approval'))
        await resumeRollout(world.actor('engineer'), { rolloutId: id, revision: await revisionOf(id) })
      return (await world.phase(id)) === 'promoted'
    }
    await world.pass(200, { stop })
    expect(await world.phase(id)).toBe('promoted')
  },
  LONG_MS,
)

test(
  "where theirs is kept on one cluster, our own write to another a moment before is not another writer's",
  async () => {
    const world = await World.make({ seed: 67, clusters: 2 })
    await world.pass(2)
    intrude(world, 1, 1_000)
    const id = await world.launch(2)
    await world.pass(1)
    expect(await holds(id)).toEqual(['takeover'])
    const written = world.fake(1).observed(world.endpointId)?.generation
    const stored = await db().endpointCluster.findFirstOrThrow({ where: { clusterId: world.clusterIds[1] } })
    expect((stored.observation as { generation: number }).generation).toBeLessThan(written ?? 0)
    await keep(world, id)
    await world.pass(5)
    await nextGoesOn(world)
  },
  LONG_MS,
)

test(
  'theirs is kept also where our later wish never reached the cluster, and the next rollout goes on from it',
  async () => {
    const world = await World.make({ seed: 71, clusters: 2 })
    await world.pass(2)
    for (const fake of [world.fake(0), world.fake(1)])
      fake.faults.crash = (point) => {
        if (point === 'apply:before') throw new Error('the write is lost')
      }
    for (const replicas of [2, 3]) {
      expect(await scaleEndpoint(world.actor('engineer'), { endpointId: world.endpointId, replicas })).toMatchObject({ ok: true })
      await world.pass(1)
    }
    for (const fake of [world.fake(0), world.fake(1)]) fake.faults.crash = null
    intrude(world, 1, 1_000_000)
    const { generation: theirs } = world.fake().held.get(world.endpointId)?.wish ?? { generation: 0 }
    await world.pass(2)
    const place = () => db().endpointCluster.findFirstOrThrow({ where: { clusterId: world.clusterIds[0] } })
    expect((await place()).generation, 'ours is the later number').toBeGreaterThan(theirs)
    const id = await world.launch(2)
    await world.pass(1)
    expect(await holds(id)).toEqual(['takeover'])
    await keep(world, id)
    await world.pass(2)
    expect(await place()).toMatchObject({ generation: theirs, wish: null })
    const elsewhere = await db().endpointCluster.findFirstOrThrow({ where: { clusterId: world.clusterIds[1] } })
    expect(elsewhere.wish, 'nothing is wished that will not be written').toBeNull()
    expect(world.fake().held.get(world.endpointId)?.wish.salt, 'theirs is still routed').toBe('theirs')
    await nextGoesOn(world)
  },
  LONG_MS,
)

test(
  'where theirs is kept, nothing stays wished of a cluster that was never seen',
  async () => {
    const world = await World.make({ seed: 73, clusters: 2 })
    world.fake(1).faults.unreachable = 'It does not answer.'
    await world.pass(2)
    intrude(world, 1, 1_000_000)
    const id = await world.launch(2)
    await world.pass(2)
    expect(await holds(id)).toContain('takeover')
    await keep(world, id)
    const unseen = await db().endpointCluster.findFirstOrThrow({ where: { clusterId: world.clusterIds[1] } })
    expect(unseen).toMatchObject({ observation: null, wish: null })
  },
  LONG_MS,
)
