import { describe, expect, it } from 'vitest'
import { ACKNOWLEDGED } from './evidence'
import { verdictSentence } from './explain-verdict'
import { countLabels, type Frame, freeze, type Reference } from './frame'
import { type JudgeInput, judge } from './judge'
import { labelCounters, lanesOf } from './lane'
import { fieldsOfGates } from './plan-gates'
import { Gate, PlanDocument } from './schema'
import { CLUSTERS, planOf, T0 } from './simulation.fixture'

const [cluster] = CLUSTERS
const recall = Gate.parse({ metric: 'quality', kind: 'recall' })
const basket = Gate.parse({ metric: 'business', name: 'basket', threshold: 12 })
const accuracy = Gate.parse({ metric: 'accuracy' })

/** A rollout at 25 % whose slots each bring the same outcomes: by kind [hits, trials] of the candidate, then of stable. */
function judged(gates: Gate[], kinds: { candidate: [number, number]; stable: [number, number] }[], slots = 60, requests = [500, 1_500]) {
  const plan = planOf({ gates, steps: [2_500, 10_000] })
  const place = { wave: 0, step: 0 }
  const outcome = { x: 300, n: 1_000, delaySeconds: 40, blocks: [{ x: 300, n: 1_000 }] }
  const reference: Reference = {
    blocks: [{ n: 1_000, bad: 5, latency: { counts: new Uint32Array(377) } }],
    labels: outcome,
    measures: gates.map(() => outcome),
    byKey: false,
  }
  const frozen = freeze(plan, place, reference, [], T0)
  if (!frozen.ok) throw new Error('no frame')
  const arm = (side: 'candidate' | 'stable') => kinds.map((kind) => ({ x: kind[side][0], n: kind[side][1] }))
  const rows = Array.from({ length: slots }, (_, i): JudgeInput[] => {
    const row = { cluster, slot: T0 + i * 5_000, generation: 1, frame: 1, flags: ACKNOWLEDGED }
    const counts = [requests[0], requests[1], 0, 0]
    const labels = { ...row, counts: countLabels(kinds.length, arm('candidate'), arm('stable')) }
    return [
      { kind: 'evidence', row: { ...row, counts } },
      { kind: 'labels', row: labels },
    ]
  })
  const opening: JudgeInput[] = [
    { kind: 'frame', frame: frozen.frame },
    { kind: 'generation', generation: 1, place, weights: { [cluster]: 2_500 } },
  ]
  return judge(plan, [...opening, ...rows.flat()], { place, acknowledgedAt: T0, now: T0 + slots * 5_000 + 2_000 })
}
const none = { candidate: [0, 0] as [number, number], stable: [0, 0] as [number, number] }

describe('a gate on outcomes of its own', () => {
  it('has counters of its own after right and wrong, in the order of the gates', () => {
    const gates = [basket, accuracy, recall]
    expect(labelCounters({ gates })).toHaveLength(12)
    expect(labelCounters({ gates }).slice(4, 6)).toEqual(['candidate hits basket', 'candidate trials basket'])
    expect(lanesOf({ gates }).map((lane) => lane.at)).toEqual([4, 0, 8])
    expect(countLabels(2, [{ x: 1, n: 2 }], null)).toEqual([1, 2, 0, 0, 0, 0, 0, 0])
  })

  it.each([
    ['quality', recall, 'Missed positives'],
    ['business', basket, 'Basket below 12'],
  ] as const)('%s: worse is returned and blamed, the same is proven, and the sentence says of what', (metric, gate, words) => {
    const kind = (x: number) => [none, { candidate: [x, 50] as [number, number], stable: [45, 150] as [number, number] }]
    const bad = judged([gate], kind(35))
    expect(bad.decision).toMatchObject({ action: 'return', blamed: metric })
    expect(verdictSentence(bad.gates[0])).toContain(`${words}: `)
    const good = judged([gate], kind(15))
    expect(good.decision).toEqual({ action: 'advance', why: 'proven' })
    expect(verdictSentence(good.gates[0])).toMatch(new RegExp(`^${words}: odds at most .* stable; this step allows 1.5x`))
  })

  it('counts nothing of labels that are not its trials', () => {
    const labelled = judged([recall], [{ candidate: [0, 50], stable: [0, 150] }, none])
    expect(labelled.gates[0]).toMatchObject({ verdict: 'maturing', reason: 'labels-to-come' })
    expect(labelled.decision).toEqual({ action: 'wait', waitingFor: 'labels' })
  })

  it('is invalid when its trials come for another share than the candidate has', () => {
    const off = judged([basket], [none, { candidate: [15, 50], stable: [15, 50] }])
    expect(off.gates[0]).toMatchObject({ verdict: 'invalid', reason: 'label-share-off' })
    expect(off.decision).toEqual({ action: 'hold', reasons: ['invalid'] })
    expect(verdictSentence(off.gates[0])).toContain('measurements came for another share')
  })

  it('cannot be loosened against its policy, nor turned to another question', () => {
    const over = { ...basket, tolerance: 2, limit: 3, threshold: 1 } as Gate
    expect(Object.keys(fieldsOfGates([over], [basket], false)).sort()).toEqual([
      'gates.business.limit',
      'gates.business.threshold',
      'gates.business.tolerance',
    ])
    expect(Gate.safeParse({ metric: 'quality', kind: 'off-by' }).error?.issues[0]?.message).toContain('Say from which distance')
  })

  it('leaves a plan without one as it was: the same document, counters and frame', () => {
    const plan = planOf({ gates: [accuracy] })
    expect(PlanDocument.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan)
    expect(labelCounters(plan)).toEqual(['candidate wrong', 'candidate labels', 'stable wrong', 'stable labels'])
    const frozen = freeze(
      plan,
      { wave: 0, step: 0 },
      { blocks: [{ n: 500, bad: 1, latency: { counts: new Uint32Array(377) } }], labels: null, byKey: false },
      [],
      T0,
    )
    expect(frozen.ok && 'measures' in (frozen.frame as Frame)).toBe(false)
  })
})

describe('labels that are on their way', () => {
  it('are maturing while fewer have come than usual: with coverage, what is usual, and about how long', () => {
    const { gates } = judged([accuracy], [{ candidate: [3, 10], stable: [9, 30] }], 6, [100, 300])
    const [{ maturity, verdict }] = gates
    expect(verdict).toBe('maturing')
    expect(maturity).toMatchObject({ labels: 60, requests: 600, coverage: 0.1, usual: 1, delaySeconds: 40 })
    expect(maturity?.etaSeconds).toBeGreaterThan(0)
    expect(verdictSentence(gates[0])).toMatch(
      /^Accuracy: maturing\. Labels for 60 of 600 requests \(10 %, usually 100 %\); about .+ to a verdict\.$/,
    )
  })

  it('before the first one, say after how long they usually come', () => {
    const { gates } = judged([accuracy], [none], 2, [100, 300])
    expect(verdictSentence(gates[0])).toContain('no labels have come for this step')
    expect(verdictSentence(gates[0])).toContain('they usually come after 40 s')
  })

  it('an hour of few labels is never a pass, and never hides a fail', () => {
    expect(judged([accuracy], [{ candidate: [30, 40], stable: [36, 120] }], 12, [500, 1_500]).decision.action).toBe('return')
  })
})
