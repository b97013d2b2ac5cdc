import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import type { Wish } from '@/lib/endpoints/wish'
import { approvalGiven } from '@/lib/rollouts/approval'
import { returnEndpoint } from '@/lib/rollouts/commands'
import { decide, fold, start } from '@/lib/rollouts/judge'
import { readRecord } from '@/lib/rollouts/record/store'
import { keepTheirs, restoreOurs } from '@/lib/rollouts/steering/commands'
import { findRollout, readLedger } from '@/lib/rollouts/store'
import { LONG_MS, World } from './world.fixture'

afterEach(() => vi.restoreAllMocks())

async function holds(id: string): Promise<string[]> {
  const { state } = await db().rollout.findUniqueOrThrow({ where: { id } })
  return ((state as { holds?: { reason: string }[] }).holds ?? []).map((hold) => hold.reason)
}

test(
  'a rollout that waits for approval starts nothing; with its approvals it starts',
  async () => {
    const world = await World.make({ seed: 41, approvals: 1 })
    const id = await world.launch(2)
    await world.pass(15)
    expect(await world.phase(id)).toBe('awaiting-approval')
    expect(world.fake().held.get(world.endpointId)?.wish.arms).toHaveLength(1)
    await db().$transaction((tx) => approvalGiven(tx, id, new Date(world.nowMs)))
    await world.pass(8)
    expect(await world.phase(id)).toBe('progressing')
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(500)
  },
  LONG_MS,
)

test(
  'on two clusters the waves go one after the other, and both end at the new version',
  async () => {
    const world = await World.make({ seed: 42, clusters: 2, steps: [2_500, 10_000] })
    const id = await world.launch(2)
    await world.pass(40, { stop: async () => world.fake(0).weightOf(world.endpointId, world.version(2)) === 2_500 })
    expect(world.fake(1).weightOf(world.endpointId, world.version(2))).toBe(0)
    expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
    await world.pass(5)
    for (const index of [0, 1]) expect(world.fake(index).weightOf(world.endpointId, world.version(2))).toBe(10_000)
  },
  LONG_MS,
)

test(
  'a cluster that cannot be reached holds the rollout, says so, and lets it go on when it is back',
  async () => {
    const world = await World.make({ seed: 43, steps: [2_500, 10_000] })
    const id = await world.launch(2)
    await world.pass(8)
    world.fake().faults.unreachable = 'The cable is cut.'
    await world.pass(25)
    expect(await world.phase(id)).toBe('holding')
    expect(await holds(id)).toContain('unreachable')
    world.fake().faults.unreachable = null
    expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
  },
  LONG_MS,
)

test(
  'a version that turns bad while it is watched is returned by a rollout of its own',
  async () => {
    const behaviour = { bad: 0.005 }
    const world = await World.make({ seed: 44, steps: [2_500, 10_000], versions: { 2: behaviour }, pace: { watch: 600 } })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
    behaviour.bad = 0.3
    await world.pass(300, {
      stop: async () => (await db().rollout.count({ where: { endpointId: world.endpointId, strategy: 'return', phase: 'promoted' } })) > 0,
    })
    await world.pass(3)
    expect(world.fake().weightOf(world.endpointId, world.version(1))).toBe(10_000)
    const back = await db().rollout.findFirstOrThrow({ where: { endpointId: world.endpointId, strategy: 'return' } })
    expect(back).toMatchObject({ phase: 'promoted', authorName: 'Slipway' })
  },
  LONG_MS,
)

test(
  'an endpoint returns only to a version that was promoted there before',
  async () => {
    const world = await World.make({ seed: 45, steps: [2_500, 10_000] })
    const engineer = world.actor('engineer')
    expect(await returnEndpoint(engineer, { endpointId: world.endpointId, version: 3 })).toMatchObject({
      ok: false,
      problem: { code: 'invalid' },
    })
    const first = await world.launch(2)
    expect(await world.until(first, ['promoted', 'returned'])).toBe('promoted')
    const second = await world.launch(3)
    expect(await world.until(second, ['promoted', 'returned'])).toBe('promoted')
    const back = await returnEndpoint(engineer, { endpointId: world.endpointId, version: 2, reason: 'Better.' })
    if (!back.ok) throw new Error(back.problem.message)
    expect(await world.until(back.value.id, ['promoted', 'failed', 'aborted'], 60)).toBe('promoted')
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(10_000)
  },
  LONG_MS,
)

/** Somebody else puts all traffic on one version, with a fence far above ours. */
function rescue(world: World, version: number): void {
  const held = world.fake().held.get(world.endpointId)
  if (!held) throw new Error('The endpoint is not on the cluster.')
  const arms = held.wish.arms.map((arm) => ({ ...arm, weight: arm.versionId === world.version(version) ? 10_000 : 0 }))
  const theirs: Wish = { ...held.wish, fence: held.wish.fence + 1_000, generation: held.wish.generation + 1, arms }
  world.fake().intrude(theirs)
}

test(
  'another writer holds the rollout, is not written over, and a person restores ours',
  async () => {
    const world = await World.make({ seed: 46, steps: [2_500, 10_000] })
    const id = await world.launch(2)
    await world.pass(8)
    rescue(world, 1)
    await world.pass(20)
    expect(await holds(id)).toContain('takeover')
    expect(world.fake().weightOf(world.endpointId, world.version(1))).toBe(10_000)
    const { revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
    expect(await restoreOurs(world.actor('sre'), { rolloutId: id, revision })).toMatchObject({ ok: true })
    expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
  },
  LONG_MS,
)

test(
  'kept theirs: the rollout ends, and their route stays',
  async () => {
    const world = await World.make({ seed: 47, steps: [2_500, 10_000] })
    const id = await world.launch(2)
    await world.pass(8)
    rescue(world, 1)
    await world.pass(5)
    const { revision } = await db().rollout.findUniqueOrThrow({ where: { id } })
    expect(await keepTheirs(world.actor('sre'), { rolloutId: id, revision })).toMatchObject({ ok: true, value: { phase: 'aborted' } })
    const taken = world.fake().taken.length
    await world.pass(65)
    expect(world.fake().taken.length).toBe(taken)
    expect(world.fake().weightOf(world.endpointId, world.version(1))).toBe(10_000)
  },
  LONG_MS,
)

test(
  'replaying ledger and evidence says what was said live',
  async () => {
    const world = await World.make({ seed: 48, steps: [2_500, 10_000], versions: { 2: { bad: 0.08 } } })
    const id = await world.launch(2)
    expect(await world.until(id, ['returned', 'promoted'])).toBe('returned')
    const rollout = await findRollout(db(), id)
    if (!rollout) throw new Error('gone')
    const record = await readRecord(db(), id, null)
    const lines = await readLedger(db(), id, ['judged', 'acknowledged'])
    let compared = 0
    for (const { at, event } of lines) {
      if (event.kind !== 'judged') continue
      const { judgement } = event
      const bench = start(rollout.plan)
      // What a turn made itself stands after what it judged.
      for (const { at: written, input } of record.inputs) {
        const rows = input.kind === 'evidence' || input.kind === 'labels'
        if (written < at || (written === at && rows)) fold(bench, input)
      }
      const acknowledged = lines.findLast(
        (line) => line.at < at && line.event.kind === 'acknowledged' && line.event.place.step === judgement.step,
      )
      const again = decide(bench, {
        place: { wave: judgement.wave, step: judgement.step },
        acknowledgedAt: acknowledged?.at ?? null,
        now: judgement.now,
      })
      expect(JSON.parse(JSON.stringify(again))).toEqual(judgement)
      compared += 1
    }
    expect(compared).toBeGreaterThan(2)
  },
  LONG_MS,
)
