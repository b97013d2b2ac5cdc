import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { LONG_MS, World } from '@/lib/engine/world.fixture'
import { returnEndpoint } from '../commands'
import { lowerRollout, returnRollout } from '../steering/commands'

afterEach(() => vi.restoreAllMocks())

test(
  'a return to a cold version gives it weight only as its replicas are ready, and the bad one never gets more than it had',
  async () => {
    const world = await World.make({ seed: 81, steps: [2_500, 10_000], pace: { warmth: 0 } })
    for (const version of [2, 3]) {
      const id = await world.launch(version, { replicas: 2 })
      expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
    }
    await world.pass(35)
    const { fake, endpointId } = { fake: world.fake(), endpointId: world.endpointId }
    const [old, bad] = [world.version(2), world.version(3)]
    expect(fake.observed(endpointId)?.arms.map((arm) => arm.versionId)).toEqual([bad])
    fake.faults.readyAtMost.set(old, 0)
    const back = await returnEndpoint(world.actor('engineer'), { endpointId, version: 2 })
    if (!back.ok) throw new Error(back.problem.message)
    const seen: { ready: number; old: number; bad: number }[] = []
    const watch = async () => {
      const ready = fake.observed(endpointId)?.arms.find((arm) => arm.versionId === old)?.ready ?? 0
      seen.push({ ready, old: fake.weightOf(endpointId, old), bad: fake.weightOf(endpointId, bad) })
      return false
    }
    await world.pass(6, { stop: watch })
    expect(seen.at(-1)).toEqual({ ready: 0, old: 0, bad: 10_000 })
    fake.faults.readyAtMost.set(old, 1)
    await world.pass(6, { stop: watch })
    expect(seen.at(-1)).toEqual({ ready: 1, old: 5_000, bad: 5_000 })
    fake.faults.readyAtMost.delete(old)
    expect(await world.until(back.value.id, ['promoted', 'failed'], 30)).toBe('promoted')
    expect([fake.weightOf(endpointId, old), fake.weightOf(endpointId, bad)]).toEqual([10_000, 0])
    for (const [i, now] of seen.entries()) {
      expect(now.old).toBeLessThanOrEqual(now.ready * 5_000)
      expect(now.bad).toBeLessThanOrEqual(seen[i - 1]?.bad ?? 10_000)
    }
    expect(await db().endpoint.findUniqueOrThrow({ where: { id: endpointId } })).toMatchObject({ liveVersionId: old })
  },
  LONG_MS,
)

test(
  'a return to a warm version moves its traffic with the first wish',
  async () => {
    const world = await World.make({ seed: 82, steps: [2_500, 10_000], pace: { warmth: 3_600 } })
    for (const version of [2, 3]) {
      const id = await world.launch(version)
      expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
    }
    await world.pass(4)
    const back = await returnEndpoint(world.actor('sre'), { endpointId: world.endpointId, version: 2 })
    if (!back.ok) throw new Error(back.problem.message)
    const place = await db().endpointCluster.findFirstOrThrow({ where: { endpointId: world.endpointId } })
    const arms = (place.wish as { arms: { versionId: string; weight: number }[] }).arms
    expect(arms.find((arm) => arm.versionId === world.version(2))?.weight).toBe(10_000)
    await world.pass(1)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(10_000)
  },
  LONG_MS,
)

test.each([
  ['returns', returnRollout],
  ['takes the candidate back to 0 %', lowerRollout],
])(
  'a click that %s is written to the cluster that answers while the other one is still being waited for',
  async (_what, command) => {
    const world = await World.make({ seed: 83, clusters: 2, steps: [2_500, 10_000] })
    const id = await world.launch(2)
    await world.pass(10)
    expect(world.fake(0).weightOf(world.endpointId, world.version(2))).toBe(2_500)
    world.fake(1).faults.hang = true
    expect(await command(world.actor('sre'), { rolloutId: id })).toMatchObject({ ok: true })
    let over = false
    const round = world.runEngine().finally(() => {
      over = true
    })
    await vi.waitUntil(() => world.fake(0).weightOf(world.endpointId, world.version(2)) === 0, { timeout: 60_000, interval: 10 })
    expect(over).toBe(false)
    await round
  },
  LONG_MS,
)
