import { afterEach, expect, test, vi } from 'vitest'
import { db, pool } from '@/lib/db'
import { decide, fold, start } from '@/lib/rollouts/judge'
import { readRecord } from '@/lib/rollouts/record/store'
import { Gate } from '@/lib/rollouts/schema'
import { findRollout, readLedger } from '@/lib/rollouts/store'
import type { Judgement } from '@/lib/rollouts/verdict'
import type { Kind } from './traffic.fixture'
import { LONG_MS, World } from './world.fixture'

afterEach(() => vi.restoreAllMocks())

const errors = Gate.parse({ metric: 'errors', floor: 0 })
const segments = [
  { id: 1, name: 'easy', feature: 'hour', to: 12, minRequests: 100 },
  { id: 2, name: 'hard', feature: 'hour', from: 12, minRequests: 100 },
]
/** So much of the traffic in the easy segment (morning), the rest in the hard one, with these bad shares. */
const kinds = (easy: number, bad: { easy: number; hard: number }): Kind[] => [
  { share: easy, bad: bad.easy, segment: 1, bin: 1 },
  { share: 1 - easy, bad: bad.hard, segment: 2, bin: 3 },
]

async function lastJudged(id: string): Promise<Judgement> {
  const judged = (await readLedger(db(), id, ['judged'])).at(-1)?.event
  if (judged?.kind !== 'judged') throw new Error('Nothing was judged.')
  return judged.judgement
}

test(
  'a candidate that is worse in each segment, but looks better together, is returned; its evidence replays to the same verdict',
  async () => {
    const stable = kinds(0.1, { easy: 0.02, hard: 0.2 })
    const candidate = kinds(0.9, { easy: 0.06, hard: 0.5 })
    const total = (list: Kind[]) => list.reduce((sum, kind) => sum + kind.share * kind.bad, 0)
    expect(total(candidate)).toBeLessThan(total(stable))
    const world = await World.make({
      seed: 61,
      gates: [errors],
      segments,
      steps: [5_000, 10_000],
      versions: { 1: { kinds: stable }, 2: { kinds: candidate } },
    })
    const id = await world.launch(2)
    // It holds as soon as the mix is seen to be off; what is proven worse is returned all the same.
    expect(await world.until(id, ['promoted', 'returned'], 180)).toBe('returned')
    const judgement = await lastJudged(id)
    expect(judgement.decision).toMatchObject({ action: 'return', blamed: 'errors' })
    const rollout = await findRollout(db(), id)
    if (!rollout) throw new Error('gone')
    expect(rollout.plan.observe?.segments.map(({ name }) => name)).toEqual(['easy', 'hard'])
    const bench = start(rollout.plan)
    const { inputs } = await readRecord(db(), id, null)
    const until = inputs.findIndex(({ input }) => input.kind === 'evidence' && input.row.slot > (judgement.lastSlot ?? 0))
    for (const { input } of until < 0 ? inputs : inputs.slice(0, until)) fold(bench, input)
    const point = { place: { wave: judgement.wave, step: judgement.step }, acknowledgedAt: 1, now: judgement.now }
    expect(decide(bench, point).gates[0]).toEqual(judgement.gates[0])
  },
  LONG_MS,
)

test(
  'a candidate that only gets harder requests is not returned for it: the mix is off, and the rollout holds',
  async () => {
    const bad = { easy: 0.02, hard: 0.2 }
    const world = await World.make({
      seed: 62,
      gates: [errors],
      segments,
      steps: [5_000, 10_000],
      versions: { 1: { kinds: kinds(0.8, bad) }, 2: { kinds: kinds(0.2, bad) } },
    })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'holding'], 120)).toBe('holding')
    expect((await lastJudged(id)).gates[0]).toMatchObject({ verdict: 'invalid', reason: 'segment-share-off' })
  },
  LONG_MS,
)

test(
  'with a fair mix and no worse answers the rollout is promoted, and says of each segment that it is proven',
  async () => {
    const same = kinds(0.5, { easy: 0.02, hard: 0.2 })
    const world = await World.make({
      seed: 63,
      gates: [errors],
      segments,
      steps: [5_000, 10_000],
      versions: { 1: { kinds: same }, 2: { kinds: same } },
    })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned'], 300)).toBe('promoted')
    const advanced = (await readLedger(db(), id, ['judged'])).flatMap(({ event }) => (event.kind === 'judged' ? [event.judgement] : []))
    const passed = advanced.find(({ decision }) => decision.action === 'advance')
    expect(passed?.gates[0].segments).toMatchObject([
      { name: 'easy', judged: true, proven: true },
      { name: 'hard', judged: true, proven: true },
    ])
  },
  LONG_MS,
)

test(
  'labels are judged by segment too: a candidate that answers one segment wrong is returned though its accuracy together hardly moves',
  async () => {
    const accuracy = Gate.parse({ metric: 'accuracy', tolerancePoints: 1, limitPoints: 10 })
    const rare = (wrong: number): Kind[] => [
      { share: 0.95, bad: 0.005, segment: 1, bin: 1, wrong: 0.2 },
      { share: 0.05, bad: 0.005, segment: 2, bin: 3, wrong },
    ]
    const options = { gates: [accuracy], segments: segments.map((each) => ({ ...each, minRequests: 20 })), steps: [5_000, 10_000] }
    const world = await World.make({ seed: 65, ...options, versions: { 1: { kinds: rare(0.2) }, 2: { kinds: rare(0.9) } } })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'holding'], 120)).toBe('returned')
    const judgement = await lastJudged(id)
    expect(judgement.gates[0].parts[0].of).toBe('hard')
    expect(judgement.gates[0].maturity).toMatchObject({ coverage: 1 })
    const rows = await pool().query<{ counts: number[] }>('select counts from telemetry.label_evidence where rollout = $1', [id])
    for (const { counts } of rows.rows) for (const k of [1, 3]) expect(counts[k]).toBe(counts[4 + k] + counts[8 + k])
  },
  LONG_MS,
)

test(
  'a candidate that gets other inputs than stable is held as invalid, also where nothing fails',
  async () => {
    const drift = Gate.parse({ metric: 'drift' })
    const same = { easy: 0.005, hard: 0.005 }
    const options = { gates: [errors, drift], baseline: true, steps: [5_000, 10_000] }
    const world = await World.make({ seed: 64, ...options, versions: { 1: { kinds: kinds(0.5, same) }, 2: { kinds: kinds(0.8, same) } } })
    const id = await world.launch(2)
    expect(await world.until(id, ['promoted', 'returned', 'holding'], 120)).toBe('holding')
    const { gates, decision } = await lastJudged(id)
    expect(decision).toEqual({ action: 'hold', reasons: ['invalid'] })
    expect(gates[1]).toMatchObject({ metric: 'drift', verdict: 'invalid', reason: 'inputs-differ' })
    expect(world.fake().held.get(world.endpointId)?.wish.observe?.features).toEqual([{ name: 'hour', edges: [6, 12, 18] }])
  },
  LONG_MS,
)
