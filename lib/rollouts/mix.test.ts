import { describe, expect, it } from 'vitest'
import { seeded } from '@/lib/analysis/chance'
import { ACKNOWLEDGED } from './evidence'
import { verdictClause, verdictSentence } from './explain-verdict'
import { freeze, type Reference } from './frame'
import { decide, fold, type JudgeInput, judge, start } from './judge'
import { compilePlan } from './plan'
import { observeOf } from './plan-observe'
import { Gate, Pace, Policy } from './schema'
import { CLUSTERS, planOf, T0 } from './simulation.fixture'

const [cluster] = CLUSTERS
const drift = Gate.parse({ metric: 'drift' })
const errors = Gate.parse({ metric: 'errors' })
const place = { wave: 0, step: 0 }
const observe = { key: 'k', features: [{ name: 'hour', edges: [6, 12, 18] }], segments: [] }
const reference: Reference = {
  blocks: [{ n: 10_000, bad: 50, latency: { counts: new Uint32Array(377) } }],
  labels: null,
  byKey: false,
}
const at = { place, acknowledgedAt: T0, now: T0 + 302_000 }

/** A row of so many requests of each arm whose hours are drawn by `hours` (shares of the four bins). */
function inputs(gates: Gate[], candidate: number[], seed = 1, slots = 60): { plan: ReturnType<typeof planOf>; list: JudgeInput[] } {
  const plan = planOf({ gates, steps: [5_000, 10_000], observe })
  const frozen = freeze(plan, place, reference, [], T0)
  if (!frozen.ok) throw new Error('no frame')
  const rng = seeded(seed)
  const bins = (shares: readonly number[]) => {
    const counts = [0, 0, 0, 0, 0]
    for (let i = 0; i < 200; i += 1) {
      let rest = rng()
      const bin = shares.findIndex((share) => {
        rest -= share
        return rest < 0
      })
      counts[1 + (bin < 0 ? 3 : bin)] += 1
    }
    return counts
  }
  const rows = Array.from({ length: slots }, (_, i): JudgeInput => {
    const counts = [200, 200, 1, 1, ...bins(candidate), ...bins([0.25, 0.25, 0.25, 0.25])]
    return { kind: 'evidence', row: { cluster, slot: T0 + i * 5_000, generation: 1, frame: 1, flags: ACKNOWLEDGED, counts } }
  })
  const opening: JudgeInput[] = [
    { kind: 'frame', frame: frozen.frame },
    { kind: 'generation', generation: 1, place, weights: { [cluster]: 5_000 } },
  ]
  return { plan, list: [...opening, ...rows] }
}
const said = (gates: Gate[], candidate: number[], seed = 1) => {
  const { plan, list } = inputs(gates, candidate, seed)
  return judge(plan, list, at)
}
const EVEN = [0.25, 0.25, 0.25, 0.25]
const MORNING = [0.35, 0.25, 0.2, 0.2]

describe('the drift of inputs, candidate against stable', () => {
  it('that differ is invalid and holds, never a return; the sentence says which bin', () => {
    const { decision, gates } = said([errors, drift], MORNING)
    expect(decision).toEqual({ action: 'hold', reasons: ['invalid'] })
    expect(gates[1]).toMatchObject({ metric: 'drift', verdict: 'invalid', reason: 'inputs-differ', gating: true })
    expect(verdictSentence(gates[1])).toMatch(
      /^The arms get different inputs, .* hour up to 6: 3\d.* of the candidate's requests, 2\d.* of stable's\./,
    )
    expect(verdictClause(gates[1])).toBe('the arms get different inputs')
  })

  it('that are the same holds nothing back, over 60 seeds', () => {
    const actions = Array.from({ length: 60 }, (_, seed) => said([drift], EVEN, seed).gates[0].verdict)
    expect(actions.filter((verdict) => verdict === 'invalid')).toEqual([])
  }, 60_000)

  it('is passed by proof that they are alike; where the plan asks for it, a step waits for that', () => {
    expect(said([drift], EVEN).gates[0]).toMatchObject({ verdict: 'pass', reason: 'proven-within-limit' })
    const strict = Gate.parse({ metric: 'drift', maxDistance: 0.01, required: true })
    const { decision, gates } = said([strict], EVEN)
    expect(gates[0].verdict).toBe('undecided')
    expect(decision).toEqual({ action: 'wait', waitingFor: 'evidence' })
  })

  it('without a counted request is no data, not a pass', () => {
    const { plan, list } = inputs([drift], EVEN)
    const bare = list.map((input) =>
      input.kind === 'evidence' ? { ...input, row: { ...input.row, counts: input.row.counts.map((n, i) => (i < 4 ? n : 0)) } } : input,
    )
    expect(judge(plan, bare, at).gates[0]).toMatchObject({ verdict: 'no-data', reason: 'no-traffic' })
  })

  it('is replayed from its evidence to the same verdict', () => {
    const { plan, list } = inputs([errors, drift], MORNING)
    const bench = start(plan)
    for (const input of list) fold(bench, input)
    expect(judge(plan, JSON.parse(JSON.stringify(list)), at)).toEqual(decide(bench, at))
  })

  it('ends with the position: what was biased before is not held against the next step', () => {
    const { plan, list } = inputs([drift], MORNING)
    const moved: JudgeInput = { kind: 'generation', generation: 2, place: { wave: 0, step: 1 }, weights: { [cluster]: 10_000 } }
    const next = judge(plan, [...list, moved], { ...at, place: { wave: 0, step: 1 } })
    expect(next.gates[0]).toMatchObject({ verdict: 'no-data', reason: 'not-judged-here', gating: false })
  })
})

describe('the features that a plan compares', () => {
  const edges = Array.from({ length: 19 }, (_, i) => i)
  const known = {
    features: [
      { name: 'hour', edges },
      { name: 'constant', edges: [] },
      { name: 'miles', edges: [1] },
    ],
    segments: [],
  }

  it('are those of the live baseline that vary, in ten bins at most', () => {
    const found = observeOf([drift], known, 'rollout-0123456789ab', {})
    expect(found?.features.map(({ name }) => name)).toEqual(['hour', 'miles'])
    expect(found?.features[0].edges).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17])
    expect(found?.key).toBe('0123456789ab')
  })

  it('must be there: a launch says what is missing', () => {
    const policy = Policy.parse({ approvals: 0, alias: null, steps: [500, 10_000], gates: [drift], pace: Pace.parse({}) })
    const version = (number: number) => ({ id: planOf().rolloutId, number, digest: `${number}`.repeat(64) })
    const compiled = compilePlan({
      rolloutId: planOf().rolloutId,
      choice: { model: 'm', environment: 'e', version: 2, strategy: 'canary', replicas: 1 },
      endpoint: planOf().endpoint,
      from: version(1),
      to: { ...version(2), id: planOf().endpoint.id },
      policy,
      policyVersion: 1,
      waves: [{ clusterId: cluster, cluster: 'c' }],
      authors: [],
      observable: { features: null, segments: [] },
    })
    expect(compiled).toMatchObject({ ok: false, fields: { 'gates.drift': expect.stringContaining('no baseline') } })
    const fields: Record<string, string> = {}
    observeOf([Gate.parse({ metric: 'drift', features: ['minute'] })], known, 'r', fields)
    expect(fields['gates.drift.features']).toContain('no feature "minute": it has hour, miles')
  })
})
