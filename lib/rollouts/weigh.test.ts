import { describe, expect, it, test } from 'vitest'
import { band } from '@/lib/analysis/band'
import { evidenceLt } from '@/lib/analysis/evidence'
import { ACKNOWLEDGED, type EvidenceRow } from './evidence'
import { type Frame, freeze, type Reference } from './frame'
import { type JudgeInput, judge } from './judge'
import { Gate, type PlanDocument } from './schema'
import { CLUSTERS, planOf, STABLE, simulate, T0 } from './simulation.fixture'

const [first, second] = CLUSTERS
const errors = Gate.parse({ metric: 'errors' })
const objective = Gate.parse({ metric: 'objective', max: 0.05 })
const empty = simulate({ plan: planOf({ gates: [errors] }), seed: 1, rate: 20, seconds: 60, still: true, candidate: () => STABLE })
const reference: Reference = { blocks: [{ n: 10_000, bad: 50, latency: { counts: new Uint32Array(377) } }], labels: null, byKey: false }

function frameOf(plan: PlanDocument, step: number, wave = 0, previous: Frame[] = []): JudgeInput & { kind: 'frame' } {
  const frozen = freeze(plan, { wave, step }, reference, previous, T0)
  if (!frozen.ok) throw new Error('no frame')
  return { kind: 'frame', frame: frozen.frame }
}
const rows = (slots: number, counts: number[], over: Partial<EvidenceRow> = {}): JudgeInput[] =>
  Array.from({ length: slots }, (_, i) => ({
    kind: 'evidence',
    row: { cluster: first, slot: T0 + i * 5_000, generation: 1, frame: 1, counts, flags: ACKNOWLEDGED, ...over },
  }))
const generation = (number: number, wave: number, step: number, weights: Record<string, number>): JudgeInput => ({
  kind: 'generation',
  generation: number,
  place: { wave, step },
  weights,
})
const point = (step: number, wave = 0, seconds = 300) => ({ place: { wave, step }, acknowledgedAt: T0, now: T0 + seconds * 1_000 })

test('a plan without gates does not go on over another share than configured, and over the configured one it does', () => {
  const bare = planOf({ gates: [], pace: { ...planOf().pace, minRequests: 10, minDwell: 30 } })
  const of = (counts: number[]) =>
    judge(bare, [frameOf(bare, 0), generation(1, 0, 0, { [first]: 500 }), ...rows(12, counts)], point(0, 0, 62))
  expect(of([100, 900, 0, 5]).decision).toEqual({ action: 'hold', reasons: ['invalid'] })
  expect(of([50, 950, 0, 5]).decision).toEqual({ action: 'advance', why: 'no-gates' })
})

describe('when one arm is empty', { timeout: 30_000 }, () => {
  const plan = planOf({ strategy: 'blue-green', steps: [0, 10_000], gates: [errors], pace: { ...planOf().pace, minDwell: 60 } })
  const opening = [frameOf(plan, 0), generation(1, 0, 1, { [first]: 10_000 })]
  const at = (slots: number, bad: number) => judge(plan, [...opening, ...rows(slots, [500, 0, bad, 0])], point(1, 0, slots * 5 + 2))

  it('the candidate is compared with before, and named so', () => {
    const { decision, gates } = at(6, 30)
    expect(decision).toEqual({ action: 'return', blamed: 'errors', compared: 'before' })
    expect(gates[0]).toMatchObject({ verdict: 'fail', compared: 'before' })
  })

  it('a healthy one advances by time alone, not proven: no word of pass', () => {
    expect(at(8, 3).decision).toEqual({ action: 'wait', waitingFor: 'dwell' })
    const { decision, gates } = at(12, 3)
    expect(decision).toEqual({ action: 'advance', why: 'dwelt' })
    expect(gates[0]).toMatchObject({ verdict: 'undecided', compared: 'before' })
  })

  it('a little worse than before is no fail: the world may have changed', () => {
    expect(at(40, 4).decision.action).toBe('advance')
  })

  it('a watch that goes bad after hours is found within minutes', () => {
    const hours = rows(1_440, [500, 0, 2, 0])
    const late = rows(24, [500, 0, 25, 0]).map((input) =>
      input.kind === 'evidence' ? { ...input, row: { ...input.row, slot: input.row.slot + 1_440 * 5_000 } } : input,
    )
    expect(judge(plan, [...opening, ...hours], point(1, 0, 7_202)).decision.action).toBe('advance')
    expect(judge(plan, [...opening, ...hours, ...late], point(1, 0, 7_322)).decision.action).toBe('return')
  })
})

describe('absolute gates', () => {
  const initial = planOf({ strategy: 'initial', steps: [10_000], gates: [objective], from: null })
  const opening = [frameOf(initial, 0), generation(1, 0, 0, { [first]: 10_000 })]

  it('return a first version that breaks its objective', () => {
    const { decision, gates } = judge(initial, [...opening, ...rows(6, [100, 0, 20, 0])], point(0, 0, 32))
    expect(decision).toEqual({ action: 'return', blamed: 'objective', compared: 'absolute' })
    expect(gates[0]).toMatchObject({ verdict: 'fail', compared: 'absolute', ceiling: 0.05 })
  })

  it('pass a first version that keeps it', () => {
    const { gates, decision } = judge(initial, [...opening, ...rows(12, [100, 0, 1, 0])], point(0, 0, 62))
    expect(gates[0].verdict).toBe('pass')
    expect(decision).toEqual({ action: 'advance', why: 'dwelt' })
  })

  it('ask a person when stable breaks the objective too: one fault is not swapped for another', () => {
    const plan = planOf({ gates: [objective] })
    const inputs = [frameOf(plan, 0), generation(1, 0, 0, { [first]: 500 })]
    const sick = judge(plan, [...inputs, ...rows(12, [50, 950, 15, 200])], point(0, 0, 62))
    expect(sick.decision).toEqual({ action: 'hold', reasons: ['stable-bad'] })
    const well = judge(plan, [...inputs, ...rows(12, [50, 950, 15, 5])], point(0, 0, 62))
    expect(well.decision.action).toBe('return')
  })
})

describe('clusters and generations are strata', () => {
  const waves = [first, second].map((clusterId, i) => ({ clusterId, cluster: `c${i}`, replicas: 1 }))
  const plan = planOf({ gates: [errors], waves })
  const one = frameOf(plan, 0)
  const two = frameOf(plan, 0, 1, [one.frame])

  it('a share that rises while errors rise for both is no fail (pooled it would be)', () => {
    const quiet = rows(24, [25, 475, 0, 2])
    const loud = rows(24, [250, 250, 10, 10], { generation: 2 }).map((input, i) =>
      input.kind === 'evidence' ? { ...input, row: { ...input.row, slot: T0 + (24 + i) * 5_000 } } : input,
    )
    const both = [one, generation(1, 0, 0, { [first]: 500 }), ...quiet, generation(2, 0, 2, { [first]: 5_000 }), ...loud]
    expect(judge(plan, both, point(2)).decision.action).not.toBe('return')
  })

  it('a finished wave goes on being judged, alone, while the next one is compared side by side', () => {
    const inputs = [one, two, generation(1, 1, 0, { [first]: 10_000, [second]: 500 })]
    const fine = rows(6, [25, 475, 0, 2], { cluster: second, frame: 2 })
    const broken = rows(6, [500, 0, 40, 0])
    expect(judge(plan, [...inputs, ...fine, ...broken], point(0, 1, 32)).decision).toMatchObject({ action: 'return', compared: 'before' })
  })

  it('a step forward is judged on its own acknowledged slots only', () => {
    const proven = rows(60, [250, 4_750, 1, 24])
    const opening = [one, generation(1, 0, 0, { [first]: 500 })]
    expect(judge(plan, [...opening, ...proven], point(0)).decision).toEqual({ action: 'advance', why: 'proven' })
    const unseen = proven.map((input) => (input.kind === 'evidence' ? { ...input, row: { ...input.row, flags: 0 } } : input))
    expect(judge(plan, [...opening, ...unseen], point(0)).decision).toEqual({ action: 'wait', waitingFor: 'requests' })
    expect(judge(plan, [...opening, ...proven, generation(2, 0, 1, { [first]: 2_500 })], point(1)).requests).toBe(0)
  })
})

it('what a verdict says and its band agree: passed is the band below the limit', () => {
  const state = empty.bench.position?.steps[0].safe
  const process = state ?? null
  if (!process) throw new Error('no process')
  for (const alpha of [0.05, 0.01]) {
    const [limit] = process.psiNulls
    const { upper } = band(process, alpha)
    expect(evidenceLt(process, limit) >= Math.log(1 / alpha)).toBe(upper < limit)
  }
})
