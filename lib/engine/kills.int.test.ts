import { afterEach, expect, test, vi } from 'vitest'
import { db, pool } from '@/lib/db'
import type { Effect, EnginePorts } from './turn'
import { LONG_MS, World } from './world.fixture'

afterEach(() => vi.restoreAllMocks())

class Killed extends Error {}

const OPTIONS = { seed: 21, steps: [2_500, 10_000], requestsPerSecond: 150 }

/** Engines that die, one after the other, at every `every`-th turn after one effect; the next one starts with nothing in memory. */
function mortal(world: World, effect: Effect, every: number) {
  let turns = 0
  let kills = 0
  const birth = (): EnginePorts =>
    world.ports({
      onEffect(seen) {
        if (seen === 'looked') turns += 1
        if (seen !== effect || turns % every !== 0) return
        kills += 1
        current = birth()
        throw new Killed()
      },
    })
  let current = birth()
  return { ports: () => current, kills: () => kills }
}

/** Ledger without a gap or a double, one evidence row per slot, cluster and generation, no slot left out. */
async function expectWhole(rolloutId: string): Promise<void> {
  const ledger = await db().ledger.findMany({ where: { rolloutId }, orderBy: { seq: 'asc' } })
  expect(ledger.map((row) => row.seq)).toEqual(ledger.map((_row, i) => i + 1))
  const steps = ledger.filter((row) => row.kind === 'step').map((row) => (row.payload as { weight: number }).weight)
  expect(new Set(steps).size).toBe(steps.length)
  const wished = ledger.filter((row) => row.kind === 'wished').map((row) => (row.payload as { generation: number }).generation)
  expect(wished).toEqual([...new Set(wished)].sort((a, b) => a - b))
  const { rows } = await pool().query<{ cluster: string; slot: Date }>(
    'select distinct cluster, slot from telemetry.evidence where rollout = $1 order by cluster, slot',
    [rolloutId],
  )
  expect(rows.length).toBeGreaterThan(3)
  rows.forEach((row, i) => {
    const before = rows[i - 1]
    if (before?.cluster === row.cluster) expect(row.slot.getTime() - before.slot.getTime()).toBe(5_000)
  })
}

test.each<Effect>(['looked', 'thought', 'committed', 'applied', 'released'])(
  'an engine killed again and again after "%s" changes nothing of the end',
  async (effect) => {
    const world = await World.make(OPTIONS)
    const engines = mortal(world, effect, 3)
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'aborted', 'failed'], 900, engines.ports)).toBe('promoted')
    expect(engines.kills()).toBeGreaterThan(2)
    await world.pass(20)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(10_000)
    const alias = await db().alias.findUniqueOrThrow({ where: { modelId_name: { modelId: world.modelId, name: 'champion' } } })
    expect(alias.versionId).toBe(world.version(2))
    expect(await db().aliasMove.count({ where: { rolloutId: id } })).toBe(1)
    await expectWhole(id)
  },
  LONG_MS,
)

test(
  'a bad version is returned also when every other engine dies between commit and apply',
  async () => {
    const world = await World.make({ ...OPTIONS, seed: 22, versions: { 2: { bad: 0.15 } } })
    const engines = mortal(world, 'committed', 2)
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'aborted', 'failed'], 900, engines.ports)).toBe('returned')
    await world.pass(20)
    expect(world.fake().weightOf(world.endpointId, world.version(2))).toBe(0)
    await expectWhole(id)
  },
  LONG_MS,
)
