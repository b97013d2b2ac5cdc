import { describe, expect, it } from 'vitest'
import { seeded } from '@/lib/analysis/chance'
import { ACKNOWLEDGED } from './evidence'
import { verdictSentence } from './explain-verdict'
import { freeze, type Reference } from './frame'
import { type JudgeInput, judge } from './judge'
import { counters, labelCounters, lanesOf, windowsOf } from './lane'
import { planHash } from './plan-hash'
import { Gate, PlanDocument } from './schema'
import { partsOfLanes } from './segments'
import { CLUSTERS, planOf, T0 } from './simulation.fixture'

const [cluster] = CLUSTERS
const errors = Gate.parse({ metric: 'errors', floor: 0 })
const segment = (id: number, name: string, minRequests = 200) => ({ id, name, minRequests })
const observe = { key: 'k', features: [], segments: [segment(1, 'easy'), segment(2, 'hard')] }
const place = { wave: 0, step: 0 }
const reference: Reference = {
  blocks: [{ n: 10_000, bad: 500, latency: { counts: new Uint32Array(377) } }],
  labels: null,
  byKey: false,
}

/** Requests and bad ones of one arm in a slot: in no segment, then by segment. */
type Arm = [n: number, bad: number][]
interface Slots {
  candidate: Arm
  stable: Arm
  slots?: number
  weight?: number
  segments?: typeof observe.segments | null
}

function run({ candidate, stable, slots = 40, weight = 5_000, segments = observe.segments }: Slots) {
  const plan = planOf({ gates: [errors], steps: [weight, 10_000], ...(segments ? { observe: { ...observe, segments } } : {}) })
  const frozen = freeze(plan, place, reference, [], T0)
  if (!frozen.ok) throw new Error('no frame')
  const sum = (arm: Arm, k: 0 | 1) => arm.reduce((total, part) => total + part[k], 0)
  const whole = [sum(candidate, 0), sum(stable, 0), sum(candidate, 1), sum(stable, 1)]
  const own = candidate.slice(1).flatMap(([n, bad], i) => [n, stable[i + 1][0], bad, stable[i + 1][1]])
  const counts = segments ? [...whole, ...own] : whole
  const rows = Array.from({ length: slots }, (_, i): JudgeInput => {
    return { kind: 'evidence', row: { cluster, slot: T0 + i * 5_000, generation: 1, frame: 1, flags: ACKNOWLEDGED, counts } }
  })
  const opening: JudgeInput[] = [
    { kind: 'frame', frame: frozen.frame },
    { kind: 'generation', generation: 1, place, weights: { [cluster]: weight } },
  ]
  return judge(plan, [...opening, ...rows], { place, acknowledgedAt: T0, now: T0 + slots * 5_000 + 2_000 })
}

describe('Simpson’s paradox', () => {
  // Each segment twice as bad with the candidate, which gets the easy ones: together it looks better.
  const hidden: Slots = {
    candidate: [
      [0, 0],
      [90, 4],
      [10, 4],
    ],
    stable: [
      [0, 0],
      [10, 0],
      [90, 18],
    ],
  }
  // Each segment is the same with both; the candidate gets the hard ones: together it looks worse.
  const unfair: Slots = {
    candidate: [
      [0, 0],
      [20, 0],
      [80, 16],
    ],
    stable: [
      [0, 0],
      [80, 0],
      [20, 4],
    ],
  }

  it('is there: without segments the bad one is not returned, and the good one is', () => {
    expect(run({ ...hidden, segments: null }).decision.action).not.toBe('return')
    expect(run({ ...unfair, segments: null }).decision.action).toBe('return')
  })

  it('does not hide a candidate that is worse in each segment', () => {
    const { decision, gates } = run(hidden)
    expect(decision).toMatchObject({ action: 'return', blamed: 'errors' })
    expect(gates[0].verdict).toBe('fail')
  })

  it('does not return a candidate that only got harder requests: it is not judged, and the rollout holds', () => {
    const { decision, gates } = run(unfair)
    expect(decision).toEqual({ action: 'hold', reasons: ['invalid'] })
    expect(gates[0]).toMatchObject({ verdict: 'invalid', reason: 'segment-share-off' })
    expect(verdictSentence(gates[0])).toBe('Errors: not judged; the candidate got another mix of segments than stable.')
  })
})

describe('a segment', () => {
  const good: [number, number] = [400, 4]

  it('that is bad stops the rollout though everything together is within the tolerance, and is named', () => {
    const candidate: Arm = [
      [0, 0],
      [1_960, 20],
      [40, 8],
    ]
    const stable: Arm = [
      [0, 0],
      [1_960, 20],
      [40, 2],
    ]
    expect(run({ candidate, stable, slots: 30, segments: null }).decision.action).not.toBe('return')
    const { decision, gates } = run({ candidate, stable, slots: 30 })
    expect(decision.action).toBe('return')
    expect(verdictSentence(gates[0])).toMatch(/^In segment hard: The candidate fails /)
  })

  it('below its own minimum is not judged by itself, says so, and holds nothing back', () => {
    const rare = { candidate: [good, good, [1, 0]] as Arm, stable: [good, good, [1, 0]] as Arm }
    const { decision, gates } = run(rare)
    expect(decision).toEqual({ action: 'advance', why: 'proven' })
    expect(gates[0].segments).toEqual([
      { name: 'easy', judged: true, have: 16_000, need: 200, proven: true },
      { name: 'hard', judged: false, have: 40, need: 200, proven: false },
    ])
    expect(verdictSentence(gates[0])).toContain('hard not judged by itself (40 of 200 requests)')
  })

  it('that has enough requests but is not proven keeps the step', () => {
    // 20 errors of 120 on both sides: the ratio is not proven of so few, and they are above the ceiling of twice the frozen 5 %.
    const little: Arm = [good, good, [6, 1]]
    const two = [segment(1, 'easy'), segment(2, 'hard', 100)]
    const { decision, gates } = run({ candidate: little, stable: little, segments: two, slots: 20 })
    expect(gates[0].segments?.[1]).toMatchObject({ judged: true, have: 120, proven: false })
    expect(decision).toEqual({ action: 'wait', waitingFor: 'evidence' })
  })

  it('shares the error level: the parts of a gate add up to one, half of them the whole’s', () => {
    const latency = Gate.parse({ metric: 'latency' })
    const lanes = lanesOf({ gates: [latency], observe })
    const parts = partsOfLanes(lanes)
    expect(parts.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    expect(parts.filter((_, i) => lanes[i].segment === null).reduce((a, b) => a + b)).toBeCloseTo(0.5, 12)
  })

  it('of a healthy candidate returns nothing over 60 seeds of chance', () => {
    const draw = (rng: () => number, n: number, p: number): [number, number] => [
      n,
      Array.from({ length: n }, rng).filter((u) => u < p).length,
    ]
    const plan = planOf({ gates: [errors], steps: [5_000, 10_000], observe })
    const frozen = freeze(plan, place, reference, [], T0)
    if (!frozen.ok) throw new Error('no frame')
    const { frame } = frozen
    const returned = Array.from({ length: 60 }, (_, seed) => {
      const rng = seeded(seed)
      const rows = Array.from({ length: 60 }, (_, i): JudgeInput => {
        const [c1, c2, s1, s2] = [draw(rng, 40, 0.02), draw(rng, 20, 0.2), draw(rng, 40, 0.02), draw(rng, 20, 0.2)]
        const whole = [60, 60, c1[1] + c2[1], s1[1] + s2[1]]
        const counts = [...whole, 40, 40, c1[1], s1[1], 20, 20, c2[1], s2[1]]
        return { kind: 'evidence', row: { cluster, slot: T0 + i * 5_000, generation: 1, frame: 1, flags: ACKNOWLEDGED, counts } }
      })
      const opening: JudgeInput[] = [
        { kind: 'frame', frame },
        { kind: 'generation', generation: 1, place, weights: { [cluster]: 5_000 } },
      ]
      return judge(plan, [...opening, ...rows], { place, acknowledgedAt: T0, now: T0 + 302_000 }).decision.action
    })
    expect(returned.filter((action) => action === 'return')).toEqual([])
  }, 60_000)
})

describe('a plan', () => {
  it('without segments is the document it was, with the same hash and counters', () => {
    const plan = planOf({ gates: [errors] })
    expect('observe' in PlanDocument.parse(JSON.parse(JSON.stringify(plan)))).toBe(false)
    expect(planHash(PlanDocument.parse(JSON.parse(JSON.stringify(plan))))).toBe(planHash(plan))
    expect(counters(plan)).toHaveLength(4)
    expect(lanesOf(plan)[0].strata).toEqual([])
  })

  it('with segments compares the whole segment by segment, and what is in none beside them', () => {
    const [whole] = lanesOf({ gates: [errors], observe })
    expect(counters({ gates: [errors], observe })).toHaveLength(12)
    expect(labelCounters({ gates: [errors], observe }).at(-1)).toBe('stable labels in hard')
    expect(windowsOf(whole, [10, 20, 3, 4, 6, 9, 1, 2, 3, 8, 2, 1])).toEqual([
      { nC: 6, nS: 9, xC: 1, xS: 2 },
      { nC: 3, nS: 8, xC: 2, xS: 1 },
      { nC: 1, nS: 3, xC: 0, xS: 1 },
    ])
  })
})
