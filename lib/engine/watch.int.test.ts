import { afterEach, expect, test, vi } from 'vitest'
import { db, pool } from '@/lib/db'
import { Gate } from '@/lib/rollouts/schema'
import { readLedger } from '@/lib/rollouts/store'
import { LONG_MS, World } from './world.fixture'

// Versions of which nothing is known but their errors until they have all the traffic: their labels come in the watch.

afterEach(() => vi.restoreAllMocks())

const WATCH = 90
const OPTIONS = {
  gates: [Gate.parse({ metric: 'errors', floor: 0.01 }), Gate.parse({ metric: 'accuracy', required: false })],
  steps: [5_000, 10_000],
  pace: { watch: WATCH },
}
const USUAL = 0.1
const PARTS = 8

/** How often each version was wrong in what it answered between two times, ms. */
interface Truth {
  wrong: Record<number, number>
  fromMs: number
  toMs: number
}

/** One part of the labels of those answers comes now, each for the generation and the series that its request was counted under. */
async function labelsCome(world: World, { wrong, fromMs, toMs }: Truth, part: number): Promise<void> {
  for (const [version, share] of Object.entries(wrong)) {
    await pool().query(
      `insert into telemetry.outcome (id, at, value, received_at, matched_at, series, generation, positive)
       select gen_random_uuid(), w.slot, case when i <= $1::float8 * w.n then 0 else 1 end, $2, $2, w.series, w.generation, true
       from telemetry.window_5s w join telemetry.series s on s.id = w.series, generate_series(1, w.n) i
       where s.endpoint_id = $3 and s.version_id = $4 and s.segment = 0 and w.slot >= $5 and w.slot < $6 and i % ${PARTS} = $7`,
      [share, new Date(world.nowMs), world.endpointId, world.version(Number(version)), new Date(fromMs), new Date(toMs), part],
    )
  }
}

/** All of them, over 40 s. */
async function allLabelsCome(world: World, truth: Truth): Promise<void> {
  for (let part = 0; part < PARTS; part += 1) {
    await labelsCome(world, truth, part)
    await world.pass(5)
  }
}

/** Version 2 is promoted with not one label of its own; stable's labels of before it are what accuracy is frozen from. */
async function promoted(seed: number) {
  const world = await World.make({ seed, ...OPTIONS })
  for (let part = 0; part < PARTS; part += 1) await labelsCome(world, { wrong: { 1: USUAL }, fromMs: 0, toMs: world.nowMs }, part)
  await world.pass(5)
  const launchedMs = world.nowMs
  const id = await world.launch(2)
  expect(await world.until(id, ['promoted', 'returned', 'holding'], 240)).toBe('promoted')
  expect(await watchOf(id)).toBe('open')
  return { world, id, steps: { fromMs: launchedMs, toMs: world.nowMs }, promotedMs: world.nowMs }
}

async function watchOf(id: string): Promise<string | undefined> {
  const { state } = await db().rollout.findUniqueOrThrow({ where: { id } })
  return (state as { watch?: string }).watch
}

const returns = (world: World) => db().rollout.findMany({ where: { endpointId: world.endpointId, strategy: 'return' } })
const weights = (world: World) => [1, 2, 3].map((version) => world.fake().weightOf(world.endpointId, world.version(version)))

/** The watch failed for accuracy, compared so, and a rollout of its own has put all traffic back. */
async function expectReturned(world: World, id: string, compared: string): Promise<void> {
  expect(await watchOf(id)).toBe('failed')
  const failed = (await readLedger(db(), id, ['watch-failed'])).map(({ event }) => event)
  expect(failed).toMatchObject([{ why: { cause: 'evidence', blamed: 'accuracy', compared } }])
  expect(await returns(world)).toMatchObject([{ phase: 'promoted', authorName: 'Slipway' }])
  expect(weights(world)).toEqual([10_000, 0, 0])
  const { liveVersionId } = await db().endpoint.findUniqueOrThrow({ where: { id: world.endpointId } })
  expect(liveVersionId).toBe(world.version(1))
}

test(
  'a version that turns out wrong only by labels that come after it has all traffic, of requests that both arms answered, is returned by a rollout of its own',
  async () => {
    const { world, id, steps } = await promoted(51)
    await allLabelsCome(world, { wrong: { 1: USUAL, 2: 0.3 }, ...steps })
    await world.pass(5)
    await expectReturned(world, id, 'side-by-side')
  },
  LONG_MS,
)

test(
  'a version that turns out wrong only by labels of what it answers in the watch is returned too, compared with before',
  async () => {
    const { world, id, promotedMs } = await promoted(52)
    await world.pass(20)
    await allLabelsCome(world, { wrong: { 2: 0.4 }, fromMs: promotedMs + 5_000, toMs: world.nowMs })
    await world.pass(5)
    await expectReturned(world, id, 'before')
  },
  LONG_MS,
)

test(
  'a version whose late labels are as good as those of the one before keeps all traffic, and its watch ends as passed',
  async () => {
    const { world, id, steps, promotedMs } = await promoted(53)
    await allLabelsCome(world, { wrong: { 1: USUAL, 2: USUAL }, ...steps })
    await allLabelsCome(world, { wrong: { 2: USUAL }, fromMs: promotedMs + 5_000, toMs: world.nowMs })
    await world.pass(WATCH - 2 * PARTS * 5 + 5)
    expect(await watchOf(id)).toBe('passed')
    expect(await returns(world)).toEqual([])
    expect(weights(world)).toEqual([0, 10_000, 0])
    const labelled = await pool().query('select 1 from telemetry.label_evidence where rollout = $1', [id])
    expect(labelled.rows.length).toBeGreaterThan(PARTS)
  },
  LONG_MS,
)

test(
  'an open watch does not keep the next version from being launched, and late labels of the version before never return what came after it',
  async () => {
    const { world, id, steps } = await promoted(54)
    const next = await world.launch(3)
    expect(await watchOf(id)).toBe('ended')
    await allLabelsCome(world, { wrong: { 1: USUAL, 2: 0.3 }, ...steps })
    expect(await world.until(next, ['promoted', 'returned', 'holding'], 240)).toBe('promoted')
    expect(await returns(world)).toEqual([])
    await world.pass(2)
    expect(weights(world)).toEqual([0, 0, 10_000])
  },
  LONG_MS,
)
