import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { createKey, scaleEndpoint, setLabelRate } from '@/lib/endpoints/commands'
import { launchRollout, returnEndpoint } from '@/lib/rollouts/commands'
import { returnRollout } from '@/lib/rollouts/steering/commands'
import { replicasFor } from '@/lib/serving/capacity'
import { LONG_MS, World } from './world.fixture'

// Faults that rollout controllers have had in production, about traffic and the way back: a test for each class of them.

afterEach(() => vi.restoreAllMocks())

const SHORT = { steps: [2_500, 10_000], requestsPerSecond: 100 }

/** What the cluster was last told of a version: its weight in basis points; null: not to run it. */
function wished(world: World, version: number): number | null {
  const arms = world.fake().held.get(world.endpointId)?.wish.arms
  return arms?.find((arm) => arm.versionId === world.version(version))?.weight ?? null
}

function routed(world: World, version: number): number {
  return world.fake().weightOf(world.endpointId, world.version(version))
}

/** An hour of turns, one every half a minute, each by an engine with nothing in memory. */
async function anHour(world: World, look: () => void): Promise<void> {
  world.reporting = false
  for (let turn = 0; turn < 120; turn += 1) {
    world.nowMs += 29_000
    await world.pass(1, { ports: () => world.ports() })
    look()
  }
}

/** Version 2 has a quarter of the traffic; resolves to its rollout's id. */
async function quarter(world: World): Promise<string> {
  const id = await world.launch(2)
  await world.pass(30, { stop: async () => routed(world, 2) > 0 })
  expect(routed(world, 2)).toBe(2_500)
  return id
}

/** Version 2 had a quarter of the traffic, and a person sent it back. */
async function returned(world: World): Promise<string> {
  const id = await quarter(world)
  expect(await returnRollout(world.actor('sre'), { rolloutId: id })).toMatchObject({ ok: true })
  expect(await world.until(id, ['aborted'], 30)).toBe('aborted')
  return id
}

/** Versions 2 and then 3 were promoted, and what came before is warm no more. */
async function pastTwoPromotions(world: World, replicas: number): Promise<void> {
  for (const version of [2, 3])
    expect(await world.until(await world.launch(version, { replicas }), ['promoted', 'returned', 'failed'])).toBe('promoted')
  world.nowMs += 60_000
  await world.pass(3)
  expect(wished(world, 2)).toBeNull()
}

// Abort that does not abort: a weight is left on the candidate for ever.
test(
  "after a return the candidate's weight is 0 and stays 0 through an hour of turns, with every engine begun anew and the cluster cut off meanwhile",
  async () => {
    const world = await World.make({ seed: 81, ...SHORT })
    const id = await quarter(world)
    world.fake().faults.unreachable = 'The cable is cut.'
    expect(await returnRollout(world.actor('sre'), { rolloutId: id })).toMatchObject({ ok: true })
    await world.pass(20)
    expect(await world.phase(id)).toBe('returning')
    world.fake().faults.unreachable = null
    expect(await world.until(id, ['aborted'], 30)).toBe('aborted')
    await anHour(world, () => expect([routed(world, 2), wished(world, 2) ?? 0, routed(world, 1)]).toEqual([0, 0, 10_000]))
  },
  LONG_MS,
)

// Weight before the destination is ready: a fast way back puts the last step's weight on what was scaled for the first one.
test(
  'a version is wished as much traffic as its ready replicas carry, on its way out and on the way back to it',
  async () => {
    const world = await World.make({ seed: 82, ...SHORT })
    const { readyAtMost } = world.fake().faults
    readyAtMost.set(world.version(2), 3)
    const first = await world.launch(2, { replicas: 4 })
    await world.pass(20)
    expect(wished(world, 2)).toBe(0)
    readyAtMost.clear()
    expect(await world.until(first, ['promoted', 'returned', 'failed'])).toBe('promoted')
    expect(await world.until(await world.launch(3, { replicas: 4 }), ['promoted', 'returned', 'failed'])).toBe('promoted')
    world.nowMs += 60_000
    await world.pass(3)
    readyAtMost.set(world.version(2), 0)
    const back = await returnEndpoint(world.actor('sre'), { endpointId: world.endpointId, version: 2 })
    if (!back.ok) throw new Error(back.problem.message)
    for (const ready of [0, 1, 3]) {
      readyAtMost.set(world.version(2), ready)
      await world.pass(5)
      expect([wished(world, 2), wished(world, 3)]).toEqual([ready * 2_500, 10_000 - ready * 2_500])
    }
    readyAtMost.clear()
    expect(await world.until(back.value.id, ['promoted', 'failed'], 30)).toBe('promoted')
    expect(routed(world, 2)).toBe(10_000)
  },
  LONG_MS,
)

// A new release during a running canary: all traffic goes to a version that was scaled down.
test(
  'a launch beside a running rollout is refused and moves nothing; a return that ends it leaves no request on a version that is not ready',
  async () => {
    const world = await World.make({ seed: 83, readyAfterMs: 4_000, ...SHORT })
    await pastTwoPromotions(world, 2)
    const id = await world.launch(1, { replicas: 2 })
    await world.pass(40, { stop: async () => routed(world, 1) === 2_500 })
    const before = world.fake().held.get(world.endpointId)?.wish
    const place = { model: world.slug, environment: world.environment, version: 2 }
    expect(await launchRollout(world.actor('engineer'), place)).toMatchObject({ ok: false, problem: { code: 'conflict' } })
    await world.pass(1)
    expect(world.fake().held.get(world.endpointId)?.wish.arms).toEqual(before?.arms)
    const back = await returnEndpoint(world.actor('sre'), { endpointId: world.endpointId, version: 2 })
    if (!back.ok) throw new Error(back.problem.message)
    expect(await world.phase(id)).toBe('aborted')
    const stop = async () => {
      const seen = world.fake().observed(world.endpointId)
      const ready = new Map(seen?.arms.map((arm) => [arm.versionId, arm.ready]))
      const held = world.fake().held.get(world.endpointId)
      const arms = held?.wish.arms.filter((arm) => arm.weight > 0) ?? []
      expect(arms.reduce((sum, arm) => sum + arm.weight, 0)).toBe(10_000)
      for (const arm of arms) expect(ready.get(arm.versionId)).toBeGreaterThanOrEqual(replicasFor(arm))
      return (await world.phase(back.value.id)) === 'promoted'
    }
    await world.pass(60, { stop })
    expect(routed(world, 2)).toBe(10_000)
  },
  LONG_MS,
)

// Flapping: a controller writes its route again and again, each time otherwise.
test(
  'a returned rollout is written no more: in the hour after it two engines in turn write nothing, neither to the cluster nor to the ledger',
  async () => {
    const world = await World.make({ seed: 84, ...SHORT })
    const id = await returned(world)
    await world.pass(3)
    const state = async () => [
      world.fake().taken.length,
      (await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })).generation,
      await db().ledger.count({ where: { rolloutId: id } }),
    ]
    const before = await state()
    const engines = [world.ports(), world.ports()]
    world.reporting = false
    for (let turn = 0; turn < 120; turn += 1) {
      world.nowMs += 29_000
      await world.pass(1, { ports: () => engines[turn % 2] })
    }
    expect(await state()).toEqual(before)
  },
  LONG_MS,
)

test(
  'replicas that come and go make no traffic come and go: the weight of the version that traffic returns to only grows',
  async () => {
    const world = await World.make({ seed: 85, ...SHORT })
    await pastTwoPromotions(world, 4)
    const { readyAtMost } = world.fake().faults
    readyAtMost.set(world.version(2), 0)
    const back = await returnEndpoint(world.actor('sre'), { endpointId: world.endpointId, version: 2 })
    if (!back.ok) throw new Error(back.problem.message)
    const weights: number[] = []
    for (let second = 0; second < 30; second += 1) {
      readyAtMost.set(world.version(2), [1, 3, 2, 0][second % 4])
      await world.pass(1)
      weights.push(wished(world, 2) ?? 0)
    }
    expect(weights).toEqual([...weights].sort((a, b) => a - b))
    expect([weights[0], weights.at(-1)]).toEqual([0, 7_500])
  },
  LONG_MS,
)

// The autoscaler's part: scaling after an abort brings the aborted version back.
test(
  'scale, keys and label rate changed after a return are for the stable version alone: the candidate is not started again',
  async () => {
    const world = await World.make({ seed: 86, ...SHORT })
    await returned(world)
    const { endpointId } = world
    for (const replicas of [4, 1, 2]) {
      expect(await scaleEndpoint(world.actor('engineer'), { endpointId, replicas })).toMatchObject({ ok: true })
      expect(await createKey(world.actor('sre'), { endpointId, name: `for ${replicas}` })).toMatchObject({ ok: true })
      expect(await setLabelRate(world.actor('engineer'), { endpointId, rate: replicas / 10 })).toMatchObject({ ok: true })
      await world.pass(3)
      const stable = { versionId: world.version(1), weight: 10_000, replicas }
      expect(world.fake().held.get(endpointId)?.wish).toMatchObject({ labelRate: replicas / 10, arms: [stable] })
    }
  },
  LONG_MS,
)

// A restart brings the canary back: whoever begins anew acts on what was meant before the abort.
test(
  'a cluster that comes back empty after a return is given the stable version alone, also by an engine that has just begun',
  async () => {
    const world = await World.make({ seed: 87, ...SHORT })
    await returned(world)
    for (let restart = 0; restart < 3; restart += 1) {
      world.fake().held.clear()
      world.nowMs += 30_000
      await world.pass(2, { ports: () => world.ports() })
      expect(world.fake().held.get(world.endpointId)?.wish.arms).toMatchObject([{ versionId: world.version(1), weight: 10_000 }])
      expect(routed(world, 1)).toBe(10_000)
    }
  },
  LONG_MS,
)
