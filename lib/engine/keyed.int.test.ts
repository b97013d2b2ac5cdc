import { afterEach, expect, test, vi } from 'vitest'
import { db, pool } from '@/lib/db'
import { KEY_BUCKETS } from '@/lib/monitoring/flush'
import { verdictSentence } from '@/lib/rollouts/explain-verdict'
import { Gate } from '@/lib/rollouts/schema'
import { readLedger } from '@/lib/rollouts/store'
import type { Judgement } from '@/lib/rollouts/verdict'
import type { Caller } from './traffic.fixture'
import { LONG_MS, World } from './world.fixture'

// Whole rollouts of endpoints whose callers send a routing key: the key is assigned to an arm, and all its requests with it.

afterEach(() => vi.restoreAllMocks())

const LIGHT = 320
const QUARTER = { steps: [2_500, 10_000] }

/** 320 callers of one size, spread over buckets and arms, and a heavy one whose key is the first that a candidate gets. */
function callers(heavy: { share: number; bad: number }): Caller[] {
  const light = Array.from({ length: LIGHT }, (_, i) => ({
    share: (1 - heavy.share) / LIGHT,
    bad: 0,
    bucket: i % KEY_BUCKETS,
    at: (((i * 7_919) % LIGHT) + 0.5) / LIGHT,
  }))
  return [{ ...heavy, bucket: 0, at: 0 }, ...light]
}

async function judgements(id: string): Promise<Judgement[]> {
  return (await readLedger(db(), id, ['judged'])).flatMap(({ event }) => (event.kind === 'judged' ? [event.judgement] : []))
}

/** Every frame is by key, no share of requests is compared, and whatever gives a ratio of the arms says how it was assigned. */
async function expectByKey(id: string): Promise<Judgement[]> {
  const frames = (await readLedger(db(), id, ['frame'])).flatMap(({ event }) => (event.kind === 'frame' ? [event.frame] : []))
  expect(frames.length).toBeGreaterThan(0)
  for (const frame of frames) expect(frame.byKey).toBe(true)
  const judged = await judgements(id)
  const said = judged
    .flatMap(({ gates }) => gates)
    .filter(({ parts, verdict }) => parts.length > 0 && (verdict === 'pass' || verdict === 'fail'))
  expect(said.length).toBeGreaterThan(0)
  for (const gate of said) expect(verdictSentence(gate)).toContain('Assigned by key, not by request.')
  for (const { share } of judged) expect(share).toBeNull()
  return judged
}

test(
  'a good candidate is promoted by key although a heavy key gives it a third of the requests at a quarter of the keys; its windows carry the counts per key',
  async () => {
    const world = await World.make({ seed: 71, ...QUARTER, callers: callers({ share: 0.1, bad: 0 }) })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'holding'], 240)).toBe('promoted')
    const judged = await expectByKey(id)
    const proven = judged.find(({ decision }) => decision.action === 'advance')?.gates.find(({ metric }) => metric === 'errors')
      ?.parts[0].step
    if (!proven) throw new Error('The step to 100 % was not proven.')
    // A tenth more than the quarter would call the share off, were each request assigned by itself.
    expect(proven.nC / (proven.nC + proven.nS)).toBeGreaterThan(0.3)
    const { rows } = await pool().query<{ n: number; bad: number; keys: number[] }>(
      `select w.n, w.bad, w.keys from telemetry.window_5s w join telemetry.series s on s.id = w.series where s.endpoint_id = $1`,
      [world.endpointId],
    )
    expect(rows.length).toBeGreaterThan(10)
    const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0)
    for (const { n, bad, keys } of rows) expect([sum(keys.slice(0, KEY_BUCKETS)), sum(keys.slice(KEY_BUCKETS))]).toEqual([n, bad])
  },
  LONG_MS,
)

test(
  'a candidate that fails more often whoever calls is returned by key',
  async () => {
    const world = await World.make({ seed: 72, ...QUARTER, callers: callers({ share: 0.02, bad: 0 }), versions: { 2: { bad: 0.08 } } })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'holding'], 240)).toBe('returned')
    const judged = await expectByKey(id)
    expect(judged.at(-1)?.decision).toMatchObject({ action: 'return', blamed: 'errors', compared: 'side-by-side' })
  },
  LONG_MS,
)

test(
  'a good candidate is not returned for one heavy key that fails whoever answers it, and that it happens to get',
  async () => {
    const errors = [Gate.parse({ metric: 'errors', floor: 0.01 })]
    const [heavy, pace] = [{ share: 0.2, bad: 0.1 }, { maxDwell: 240 }]
    const world = await World.make({ seed: 73, ...QUARTER, gates: errors, callers: callers(heavy), pace, requestsPerSecond: 100 })
    await world.traffic.history(270)
    const id = await world.launch(2)
    await world.pass(260)
    expect(['progressing', 'holding']).toContain(await world.phase(id))
    const [, part] = [await expectNothingProven(id), (await judgements(id)).at(-1)?.gates[0].parts[0]]
    // Were each request assigned by itself, this would have been a bad candidate.
    expect((part?.xC ?? 0) / (part?.nC ?? 1)).toBeGreaterThan(4 * ((part?.xS ?? 0) / (part?.nS ?? 1)))
  },
  LONG_MS,
)

async function expectNothingProven(id: string): Promise<void> {
  for (const { decision } of await judgements(id)) expect(['wait', 'hold']).toContain(decision.action)
}
