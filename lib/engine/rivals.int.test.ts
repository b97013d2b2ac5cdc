import { afterEach, expect, test, vi } from 'vitest'
import { db } from '@/lib/db'
import { launchRollout } from '@/lib/rollouts/commands'
import { pauseRollout, resumeRollout, returnRollout } from '@/lib/rollouts/steering/commands'
import { stillEngine } from './still-engine.fixture'
import type { Effect } from './turn'
import { LONG_MS, World } from './world.fixture'

afterEach(() => vi.restoreAllMocks())

async function state(world: World, id: string) {
  const rollout = await db().rollout.findUniqueOrThrow({ where: { id } })
  const endpoint = await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })
  const ledger = await db().ledger.count({ where: { rolloutId: id } })
  return { state: rollout.state, ledger, revision: endpoint.revision, generation: endpoint.generation, taken: world.fake().taken.length }
}

test.each<Effect>(['thought', 'committed'])(
  'an engine that stood still after "%s" past its lease changes nothing when it goes on',
  async (effect) => {
    const world = await World.make({ seed: 31 })
    const id = await world.launch(2)
    await world.pass(3)
    const late = stillEngine(world, effect)
    world.nowMs += 5_000
    await late.engine.round()
    await late.stands()
    await world.pass(25)
    expect(await world.phase(id)).not.toBe('awaiting-approval')
    const before = await state(world, id)
    late.letGo()
    await late.engine.settled()
    expect(await state(world, id)).toEqual(before)
    expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
  },
  LONG_MS,
)

test(
  'a write that reaches the cluster after a later engine wrote is refused by its fence',
  async () => {
    const world = await World.make({ seed: 32 })
    const id = await world.launch(2)
    let arrive: () => void = () => undefined
    const underway = new Promise<void>((resolve) => {
      arrive = resolve
    })
    world.fake().faults.delay = () => underway
    // The engine gives the slow write up after a second, and its turn ends.
    await world.pass(1)
    world.fake().faults.delay = null
    const returned = await returnRollout(world.actor('sre'), { rolloutId: id })
    expect(returned.ok).toBe(true)
    await world.pass(3)
    const before = world.fake().taken.length
    arrive()
    await underway
    await world.pass(2)
    expect(world.fake().taken.length).toBe(before)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(0)
  },
  LONG_MS,
)

test(
  "a person's return wins over the turn that runs: its commit is lost, and traffic goes back",
  async () => {
    const world = await World.make({ seed: 33 })
    const id = await world.launch(2)
    await world.pass(20)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBeGreaterThan(0)
    const running = stillEngine(world, 'thought')
    world.nowMs += 5_000
    await running.engine.round()
    await running.stands()
    const returned = await returnRollout(world.actor('sre'), { rolloutId: id, reason: 'Looks odd.' })
    expect(returned).toMatchObject({ ok: true, value: { phase: 'returning' } })
    running.letGo()
    await running.engine.settled()
    expect(await world.phase(id)).toBe('returning')
    expect(await world.until(id, ['aborted', 'returned', 'promoted'], 30)).toBe('aborted')
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(0)
  },
  LONG_MS,
)

test(
  'of two launches at once one starts, and the other is told that it conflicts',
  async () => {
    const world = await World.make({ seed: 34 })
    const ask = (version: number) => launchRollout(world.actor('engineer'), { model: world.slug, environment: world.environment, version })
    const results = await Promise.all([ask(2), ask(3), ask(2)])
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    for (const result of results) if (!result.ok) expect(result.problem.code).toBe('conflict')
    expect(await db().rollout.count({ where: { endpointId: world.endpointId } })).toBe(1)
  },
  LONG_MS,
)

test(
  'a paused rollout stays where it is, a stale resume is refused, and a fresh one goes on',
  async () => {
    const world = await World.make({ seed: 35 })
    const id = await world.launch(2)
    await world.pass(8)
    const engineer = world.actor('engineer')
    const paused = await pauseRollout(engineer, { rolloutId: id })
    if (!paused.ok) throw new Error(paused.problem.message)
    const held = world.fake().weightOf(world.endpointId, world.version(2))
    await world.pass(60)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(held)
    const revision = (await db().rollout.findUniqueOrThrow({ where: { id } })).revision
    expect(await resumeRollout(engineer, { rolloutId: id, revision: revision - 1 })).toMatchObject({
      ok: false,
      problem: { code: 'stale' },
    })
    expect(await resumeRollout(engineer, { rolloutId: id, revision })).toMatchObject({ ok: true })
    expect(await world.until(id, ['promoted', 'returned'])).toBe('promoted')
  },
  LONG_MS,
)
