import { describe, expect, it } from 'vitest'
import type { LedgerLine } from '../ledger'
import { twoWaves } from '../machine.fixture'
import type { RecordedInput } from '../record/store'
import { Gate, type PlanDocument } from '../schema'
import { GATES, planOf, STABLE, simulate, T0 } from '../simulation.fixture'
import { adapt } from './adapt'
import type { Change } from './schema'
import { momentsOf } from './walk'
import { rejudge } from './what-if'

/** A simulated rollout as its record would stand: rows by their slot's end, steps and acknowledgements as lines, and how it ended. */
function recordOf(plan: PlanDocument, candidate: typeof STABLE, seconds: number, still = true) {
  const { inputs, state } = simulate({ plan, seed: 5, rate: 100, seconds, candidate: () => candidate, still })
  const rows: RecordedInput[] = []
  const lines: LedgerLine[] = []
  const write = (at: number, event: LedgerLine['event']) => lines.push({ seq: lines.length + 1, at, event })
  let at = T0
  for (const input of inputs) {
    if (input.kind === 'evidence' || input.kind === 'labels') {
      at = input.row.slot + 5_000
      rows.push({ at, input })
    } else if (input.kind === 'frame') write(at, { kind: 'frame', frame: input.frame })
    else if (input.kind === 'generation') {
      write(at, {
        kind: 'step',
        place: input.place,
        cluster: 'on-prem',
        weight: plan.steps[input.place.step ?? 0],
        why: { cause: 'ready' },
      })
      write(at, { kind: 'wished', generation: input.generation, place: input.place, weights: input.weights })
      write(at, { kind: 'acknowledged', place: input.place, cluster: 'on-prem', weight: plan.steps[input.place.step ?? 0] })
    }
  }
  if (state.phase === 'returning') write(at, { kind: 'returning', why: state.why })
  return { rows, lines }
}

const about = { rolloutId: 'x', name: 'x', createdAt: '', phase: 'promoted' }
const WORSE = { ...STABLE, bad: 0.02 }
const still = planOf({ gates: [GATES[0]], pace: { ...planOf().pace, burnIn: 0 } })
const ask = (plan: PlanDocument, record: ReturnType<typeof recordOf>, change: Change) =>
  rejudge(about, plan, record.lines, record.rows, change)

describe('what if', { timeout: 60_000 }, () => {
  it('nothing was changed: the same comes out', () => {
    const record = recordOf(planOf(), { ...STABLE, bad: 0.05 }, 600, false)
    expect(ask(planOf(), record, {})).toMatchObject({ outcome: 'same', sentence: expect.stringMatching(/at the same turn/), notes: [] })
  })

  it('a looser gate would not have returned what was returned', () => {
    const record = recordOf(planOf(), { ...STABLE, bad: 0.05 }, 600, false)
    const gates = GATES.map((gate) => (gate.metric === 'errors' ? { ...gate, tolerance: 10, limit: 20 } : gate))
    expect(ask(planOf(), record, { gates })).toMatchObject({ outcome: 'passed' })
    expect(ask(planOf(), record, { gates: GATES.slice(1) })).toMatchObject({ outcome: 'passed' })
  })

  it('a stricter gate would have stopped what was not stopped, and says when, where and why', () => {
    const loose = planOf({ ...still, gates: [Gate.parse({ metric: 'errors', tolerance: 8, limit: 16, floor: 0 })] })
    const record = recordOf(loose, WORSE, 300)
    expect(ask(loose, record, {}).outcome).toBe('same')
    const strict = ask(loose, record, { gates: [Gate.parse({ metric: 'errors', tolerance: 1.2, limit: 2, floor: 0 })] })
    expect(strict).toMatchObject({ outcome: 'stopped', notes: [] })
    expect(strict.sentence).toMatch(
      /^It would have been returned at 5 %: The candidate fails [\d.]+x as often as stable .*In fact it was not returned/,
    )
    expect(strict.steps[0].would).toMatchObject({ action: 'return', seconds: expect.any(Number) })
  })

  it('an absolute gate that the plan did not have is judged on the counters that there are', () => {
    const loose = planOf({ ...still, gates: [Gate.parse({ metric: 'errors', tolerance: 10, limit: 20, floor: 0 })] })
    const record = recordOf(loose, { ...STABLE, bad: 0.05 }, 300)
    const change = { gates: [Gate.parse({ metric: 'objective', max: 0.01 })] }
    expect(ask(loose, record, change)).toMatchObject({
      outcome: 'stopped',
      sentence: expect.stringMatching(/at most 1 % is allowed/),
      notes: [],
    })
  })

  it('a lower alpha needs more, and never returns sooner', () => {
    const record = recordOf(planOf(), { ...STABLE, bad: 0.03 }, 600, false)
    const when = (alpha: number) =>
      ask(planOf(), record, { alpha }).steps.find((step) => step.would.action === 'return')?.would.seconds ?? Number.POSITIVE_INFINITY
    expect(when(0.0001)).toBeGreaterThanOrEqual(when(0.05))
    expect(when(0.05)).toBeGreaterThanOrEqual(when(0.4))
  })

  it('more requests or a longer dwell would have advanced later', () => {
    const record = recordOf(planOf(), STABLE, 150, false)
    const first = (pace: Change['pace']) => ask(planOf(), record, { pace }).steps[0].would
    const plain = first({})
    expect(plain.action).toBe('advance')
    expect(first({ minDwell: 600 }).action).toBe('wait')
    expect(first({ minRequests: 100_000 }).action).toBe('wait')
    expect(ask(planOf(), record, {}).steps[0].was).toMatchObject({ action: 'advanced', seconds: plain.seconds })
  })

  it('at 100 % before another wave it would have advanced after the soak that is asked, and at once where none is', () => {
    const plan = planOf({ waves: twoWaves.waves, steps: [5_000, 10_000], pace: { ...planOf().pace, soak: 60 } })
    const record = recordOf(plan, STABLE, 600, false)
    const last = (asked: PlanDocument) => ask(asked, record, {}).steps[1]
    expect(last(plan)).toMatchObject({ weight: 10_000, would: { action: 'advance', seconds: expect.any(Number) } })
    expect(last(plan).would.seconds).toBeGreaterThanOrEqual(60)
    expect(last({ ...plan, pace: planOf().pace }).would).toMatchObject({ action: 'advance', seconds: 0 })
  })

  it('what was not counted is left out, and said', () => {
    const record = recordOf(still, STABLE, 60)
    const { notes } = ask(still, record, {
      gates: [GATES[0], Gate.parse({ metric: 'latency', quantiles: [0.9] }), Gate.parse({ metric: 'accuracy' })],
    })
    expect(notes).toEqual(['latency: p90 was not counted for this rollout.', expect.stringMatching(/^accuracy: no labels were counted/)])
    const plan = planOf()
    const floor = ask(plan, recordOf(plan, STABLE, 60), { gates: [Gate.parse({ metric: 'latency', quantiles: [0.95], floorMs: 50 })] })
    expect(floor.notes).toEqual([expect.stringMatching(/floor of 5 ms; another floor cannot be judged again/)])
  })

  it('reads each counter and each frozen threshold where the new plan has it', () => {
    const { input } = adapt(planOf(), { gates: [Gate.parse({ metric: 'latency', quantiles: [0.99, 0.5] }), GATES[0]] })
    const counts = Array.from({ length: 13 }, (_, i) => i)
    const row = { cluster: 'c', slot: T0, generation: 1, frame: 1, flags: 0, counts }
    expect(input({ kind: 'evidence', row })).toMatchObject({ row: { counts: [0, 1, 2, 3, 10, 11, 12, 4, 5, 6] } })
    const frame = recordOf(planOf(), STABLE, 20).lines.find((line) => line.event.kind === 'frame')?.event
    if (frame?.kind !== 'frame') throw new Error('no frame')
    const again = input({ kind: 'frame', frame: frame.frame })
    expect(again.kind === 'frame' && again.frame.latency.map((one) => one.quantile)).toEqual([0.99, 0.5])
  })

  it('a rollout of which nothing was counted is not judged', () => {
    expect(ask(still, { rows: [], lines: [] }, {})).toMatchObject({ outcome: 'not-judged', steps: [] })
  })
})

describe('the record in the order in which it was made', () => {
  it('puts a line that waited for its turn where its seq is, whatever its time', () => {
    const [first] = recordOf(still, STABLE, 20).rows
    const line = (seq: number, at: number): LedgerLine => ({ seq, at, event: { kind: 'watch-passed' } })
    const moments = momentsOf([line(1, first.at + 10), line(2, first.at - 10)], [first])
    expect(moments.map((moment) => (moment.kind === 'line' ? moment.line.seq : 'rows'))).toEqual(['rows', 1, 2])
  })
})
