import { describe, expect, it } from 'vitest'
import { ACKNOWLEDGED, type EvidenceRow } from './evidence'
import { type Frame, freeze, type Reference } from './frame'
import { type JudgeInput, judge } from './judge'
import { alone, twoWaves } from './machine.fixture'
import { Gate, type PlanDocument } from './schema'
import { CLUSTERS, T0 } from './simulation.fixture'

const [first, second] = CLUSTERS
const errors = Gate.parse({ metric: 'errors' })
const apart: PlanDocument = { ...alone, gates: [errors] }
const together: PlanDocument = { ...twoWaves, gates: [errors] }
const reference: Reference = { blocks: [{ n: 10_000, bad: 50, latency: { counts: new Uint32Array(377) } }], labels: null, byKey: false }

function frozen(plan: PlanDocument, wave: number, previous: readonly Frame[] = [], against = reference): Frame {
  const made = freeze(plan, { wave, step: 0 }, against, previous, T0)
  if (!made.ok) throw new Error('no frame')
  return made.frame
}

/** Both waves have a frame; the first stands at 100 %, the second at its first step (5 %) by generation 2. */
function opening(plan: PlanDocument): JudgeInput[] {
  const one = frozen(plan, 0)
  const frames = [one, frozen(plan, 1, [one])]
  return [
    { kind: 'generation', generation: 1, place: { wave: 0, step: 3 }, weights: { [first]: 10_000 } },
    ...frames.map((frame): JudgeInput => ({ kind: 'frame', frame })),
    at(2, 0),
  ]
}
const at = (generation: number, step: number | null): JudgeInput => ({
  kind: 'generation',
  generation,
  place: { wave: 1, step },
  weights: { [first]: 10_000, [second]: step === null ? 0 : 500 },
})
const rows = (from: number, slots: number, counts: number[], over: Partial<EvidenceRow> = {}): JudgeInput[] =>
  Array.from({ length: slots }, (_, i) => ({
    kind: 'evidence',
    row: { cluster: second, slot: T0 + (from + i) * 5_000, generation: 2, frame: 2, counts, flags: ACKNOWLEDGED, ...over },
  }))
const point = (step: number | null = 0) => ({ place: { wave: 1, step }, acknowledgedAt: step === null ? null : T0, now: T0 + 600_000 })
const onFirst = { cluster: first, frame: 1 }
const BAD = [50, 950, 10, 5]
const GOOD = [50, 950, 0, 5]
/** All traffic, a little worse than before: not proven within minutes. */
const MURKY = [1_000, 0, 9, 0]
const back: JudgeInput = { kind: 'wave-returned', wave: 1 }

describe('where a failing wave returns alone, each is judged by its own cluster', () => {
  it('the one that fails is named: the present one, or an earlier one', () => {
    expect(judge(apart, [...opening(apart), ...rows(0, 12, BAD)], point()).decision).toEqual({
      ...{ action: 'return', blamed: 'errors', compared: 'side-by-side', wave: 1 },
    })
    const { decision, gates } = judge(apart, [...opening(apart), ...rows(0, 24, [1_000, 0, 40, 0], onFirst), ...rows(0, 24, GOOD)], point())
    expect(decision).toEqual({ action: 'return', blamed: 'errors', compared: 'before', wave: 0 })
    expect(gates[0]).toMatchObject({ verdict: 'fail', compared: 'before' })
  })

  it('what was counted on one cluster is no evidence about another', () => {
    const inputs = (plan: PlanDocument) => [...opening(plan), ...rows(0, 40, MURKY, onFirst), ...rows(40, 3, BAD)]
    const own = judge(apart, [...opening(apart), ...rows(40, 3, BAD)], point())
    expect(judge(apart, inputs(apart), point()).total).toBe(own.total)
  })

  it('one that fails where the version before is no better waits for a person, and hides no other that fails', () => {
    const plan: PlanDocument = { ...apart, gates: [errors, Gate.parse({ metric: 'objective', max: 0.01 })] }
    const [, ...others] = opening(plan)
    const began: JudgeInput = { kind: 'generation', generation: 1, place: { wave: 0, step: 0 }, weights: { [first]: 500 } }
    const sick = [began, ...others, ...rows(0, 24, [50, 950, 25, 475], { ...onFirst, generation: 1 })]
    expect(judge(plan, [...sick, ...rows(0, 24, GOOD)], point()).decision).toEqual({ action: 'hold', reasons: ['stable-bad'] })
    expect(judge(plan, [...sick, ...rows(0, 24, BAD)], point()).decision).toMatchObject({ action: 'return', wave: 1 })
  })

  it('all together have the error level of one rollout: each bar is higher', () => {
    const needed = (plan: PlanDocument) => judge(plan, opening(plan), point()).needed
    expect(needed(apart)).toBeCloseTo(needed(together) + Math.log(2), 12)
  })
})

describe('a wave that went back alone', () => {
  it('begins anew: its evidence is given up, and so is what of it is still to come', () => {
    const failed = [...opening(apart), ...rows(0, 12, BAD), back]
    expect(judge(apart, failed, point(null)).decision.action).toBe('wait')
    const anew: JudgeInput = { kind: 'frame', frame: { ...frozen(apart, 1), number: 3 } }
    const late = [...failed, at(3, null), ...rows(12, 12, BAD), at(4, 0), anew]
    const fresh = judge(apart, late, { ...point(), acknowledgedAt: T0 + 590_000 })
    expect([fresh.decision.action, fresh.total, fresh.requests]).toEqual(['wait', 0, 0])
    const again = [...late, ...rows(24, 12, BAD, { generation: 4, frame: 3 })]
    expect(judge(apart, again, point()).decision).toMatchObject({ action: 'return', wave: 1 })
    expect(judge(apart, again, point()).total).toBeCloseTo(judge(apart, failed.slice(0, -1), point()).total, 9)
  })

  it('labels of the attempt that was given up count no more either', () => {
    const labelled: PlanDocument = { ...apart, gates: [errors, Gate.parse({ metric: 'accuracy' })] }
    const outcomes: Reference = { ...reference, labels: { x: 280, n: 1_000, blocks: [{ x: 280, n: 1_000 }] } }
    const frame = frozen(labelled, 1, [], outcomes)
    const wrong = (generation: number): JudgeInput[] =>
      Array.from({ length: 12 }, (_, i) => ({
        kind: 'labels',
        row: { cluster: second, slot: T0 + i * 5_000, generation, frame: 1, counts: [60, 100, 280, 1_000], flags: ACKNOWLEDGED },
      }))
    const begun: JudgeInput[] = [{ kind: 'frame', frame }, at(2, 0)]
    expect(judge(labelled, [...begun, ...wrong(2)], point()).decision).toMatchObject({ action: 'return', blamed: 'accuracy', wave: 1 })
    const again = [...begun, back, at(3, null), at(4, 0), { kind: 'frame', frame: { ...frame, number: 2 } } as const]
    expect(judge(labelled, [...again, ...wrong(2)], point()).total).toBeCloseTo(0, 12)
    expect(judge(labelled, [...again, ...wrong(4)], point()).decision).toMatchObject({ action: 'return', blamed: 'accuracy', wave: 1 })
  })
})
