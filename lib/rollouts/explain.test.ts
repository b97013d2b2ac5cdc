import { describe, expect, it } from 'vitest'
import { headline, nextAction } from './explain'
import { explainOdds, odds, verdictSentence } from './explain-verdict'
import { refusalSentence, unjudgedWords } from './explain-why'
import { by, planFor, STATES, soaks, stateOf } from './machine.fixture'
import { Gate } from './schema'
import { GATES, planOf, STABLE, simulate, T0 } from './simulation.fixture'
import { standing } from './standing'
import { lineOf } from './timeline'
import { hold } from './transitions'
import type { GateVerdict } from './verdict'

const plan = planOf()
const names = Object.keys(STATES) as (keyof typeof STATES)[]
const run = (worse: Partial<typeof STABLE>, seconds = 900, seed = 3) =>
  simulate({ plan, seed, rate: 100, seconds, candidate: () => ({ ...STABLE, ...worse }) })
const failed = run({ bad: 0.05 })
const verdict = (over: Partial<GateVerdict>): GateVerdict => ({
  ...failed.last.gates[0],
  verdict: 'pass',
  reason: 'proven-within-limit',
  ...over,
})

describe('the headline', () => {
  it.each(names)('exists in every situation, without odds and exclamation marks: %s', (name) => {
    for (const judgement of [null, failed.last]) {
      const text = headline(planFor(name, plan), stateOf(name), judgement, T0 + 60_000)
      expect(text).toMatch(/^\S.*\.$/s)
      expect(text).not.toMatch(/undefined|null|NaN|Infinity|\bsafe\b|!|\d:1/)
    }
  })

  it('of a return says the numbers, the tolerance and the counts', () => {
    const text = headline(plan, failed.state, failed.last, failed.last.now)
    expect(text).toMatch(
      /^Returning to v1: The candidate fails [\d.]+x as often as stable \(at least [\d.]+x, tolerated 1\.2x\): \d+ of \d+ requests vs [\d,]+ of [\d,]+\./,
    )
    expect(text).toContain('on-prem has not acknowledged it yet')
  })

  it('names what a hold waits for, its owner and its end', () => {
    const at = T0 + 60_000
    expect(headline(plan, stateOf('paused'), null, at)).toMatch(
      /^Paused at 5 %\. Ana paused it\. Resume it, or return\. The hold ends in 4 h\.$/,
    )
    expect(headline(plan, stateOf('takeover'), null, at)).toMatch(/someone else changed the route/i)
    expect(headline(plan, stateOf('pausedNoData'), null, at)).toMatch(/^Held at 5 %.*Ana paused it.*no data/)
  })

  it('shows no verdict of the step before as if it were of this one', () => {
    const moved = { ...stateOf('progressing'), place: { wave: 0, step: 1 } } as ReturnType<typeof stateOf>
    expect(headline(plan, moved, failed.last, T0 + 5_000)).toBe('At 25 % for 5 s.')
  })

  it('of a soak says for how long of how long, and who waits for it: the same words where it stands', () => {
    const says = (seconds: number, soak = 3_600) => {
      const plan = { ...soaks, pace: { ...soaks.pace, soak } }
      const now = T0 + 15_000 + seconds * 1_000
      const { blocks, needs } = standing(plan, stateOf('soaking'), null, now)
      const text = headline(plan, stateOf('soaking'), null, now)
      expect(text).toContain(blocks)
      return [text, needs]
    }
    expect(says(720)).toEqual(['At 100 %: soaks on on-prem for 12 of 60 min before cloud begins.', '48 min more in which no gate fails'])
    expect(says(30)[0]).toBe('At 100 %: soaks on on-prem for 30 s of 60 min before cloud begins.')
    expect(says(7_200, 14_400)[0]).toBe('At 100 %: soaks on on-prem for 2 of 4 h before cloud begins.')
    expect(headline(soaks, stateOf('soakHeld'), null, T0 + 60_000)).toMatch(
      /^Held at 100 % on on-prem\..*Its soak begins anew when it goes on\.$/,
    )
    expect(lineOf(soaks, { kind: 'wave-finished', wave: 0, cluster: 'on-prem', soaked: 605 })).toMatchObject({
      what: 'on-prem is done: 100 % on v2',
      because: 'it soaked for 10 min, and no gate failed',
    })
  })

  it('says that an A/A is one', () => {
    expect(headline(planOf({ sameArtifact: true }), stateOf('progressing'), null, T0)).toContain('same artifact')
  })

  it('says what waits for a person', () => {
    expect(names.filter((name) => nextAction(stateOf(name)) !== null)).toEqual(
      expect.arrayContaining(['awaiting', 'paused', 'dwelled', 'takeover', 'stableBad', 'previewHeld']),
    )
    expect(nextAction(stateOf('progressing'))).toBeNull()
  })
})

describe('a verdict in one sentence', () => {
  it.each([
    ['latency', { ms: 120 }, /^The candidate is slower than \d+(\.\d)? ms [\d.]+x as often as stable is slower than/],
    [
      'accuracy',
      { accuracy: 0.5 },
      /^The candidate's accuracy is at least [\d.]+ points below stable's \(tolerated 0\.5\): wrong on \d+ of \d+ labels vs/,
    ],
  ] as const)('of a fail in %s', (metric, worse, words) => {
    const gate = run(worse).last.gates.find((one) => one.metric === metric && one.verdict === 'fail')
    expect(gate && verdictSentence(gate)).toMatch(words)
  })

  it('of a pass gives the bound and both limits', () => {
    const { gates } = run({}, 100).last
    const [errors, latency, accuracy] = gates.map(verdictSentence)
    expect(errors).toMatch(/this step allows.*100 % allows 2x/)
    expect(latency).toMatch(/at most [\d.]+x as often as stable.*this step allows 5x, 100 % allows 1x/)
    expect(accuracy).toMatch(/this step allows 8 points, 100 % allows 2/)
  })

  it.each([
    ['no-data', 'no-traffic', /no data; the candidate answered no requests/],
    ['no-data', 'no-reference', /stable needs 200 requests within 60 min/],
    ['no-data', 'incomplete', /silence is not zero/],
    ['invalid', 'share-off', /not judged; the candidate got another share/],
    ['maturing', 'labels-to-come', /no labels have come/],
  ] as const)('of %s (%s) says what is missing', (word, reason, words) => {
    expect(verdictSentence(verdict({ verdict: word, reason, parts: [] }))).toMatch(words)
  })

  it('compared with before says that it is weaker', () => {
    expect(verdictSentence(verdict({ compared: 'before', verdict: 'undecided' }))).toMatch(/Compared with before, not side by side\.$/)
  })

  it('never speaks of odds; they and the methods stand in explain', () => {
    for (const gate of failed.last.gates) expect(verdictSentence(gate)).not.toMatch(/\d:1|e-process|odds/)
    const rows = explainOdds(failed.last.gates[0])
    expect(rows.map((row) => row.label)).toEqual(
      expect.arrayContaining(['Evidence for worse than tolerated', 'Without its worst 10 s', 'Method']),
    )
    expect(odds(Math.log(20))).toBe('20:1')
    expect(odds(1e5)).toBe('1,000,000:1')
    expect(odds(-Math.log(4))).toBe('1:4')
  })
})

describe('the timeline', () => {
  it('has words for every event of a rollout: what happened, because', () => {
    const step = lineOf(plan, { kind: 'step', place: { wave: 0, step: 1 }, cluster: 'on-prem', weight: 2_500, why: { cause: 'proven' } })
    expect(step).toEqual({
      who: 'engine',
      what: 'Goes to 25 % on on-prem',
      because: "every gate is proven within this step's limit",
      explain: [],
    })
    const judged = lineOf(plan, { kind: 'judged', judgement: failed.last })
    expect(judged.what).toBe('Decides to return: errors')
    expect(judged.because).toBe(verdictSentence(failed.last.gates[0]))
    expect(judged.explain.length).toBeGreaterThan(GATES.length)
    const frame = failed.inputs.find((input) => input.kind === 'frame')
    expect(frame?.kind === 'frame' && lineOf(plan, frame).explain[0].label).toBe('Stable requests, last 60 min')
  })

  it('says who, when a person did it', () => {
    const why = { cause: 'person', by, reason: 'wrong day' } as const
    expect(lineOf(plan, { kind: 'returning', why })).toMatchObject({
      who: 'Ana',
      what: 'Returns to v1',
      because: 'Ana decided so: wrong day',
    })
  })

  it('a refusal says what would be right', () => {
    expect(refusalSentence('needs-approval')).toMatch(/promote now is not possible/)
  })
})

describe('a gate without data, and a dry run', () => {
  const [errors] = failed.last.gates
  const said = (gate: GateVerdict, state = stateOf('progressing')) =>
    headline(plan, state, { ...failed.last, step: 0, gates: [gate] }, T0 + 90_000)

  it('are named in the sentence over the rollout', () => {
    expect(said({ ...errors, dryRun: true })).toContain('Errors failed (dry run)')
    expect(said({ ...errors, verdict: 'no-data', reason: 'no-traffic', noData: 'pass' })).toContain('Errors has no data and passes without')
    expect(said({ ...errors, verdict: 'no-data', reason: 'no-traffic', noData: 'extend' }, stateOf('extended'))).toMatch(
      /The step lasts once longer, 19 min more at most/,
    )
  })

  it('are named in the timeline', () => {
    const judged = {
      ...failed.last,
      decision: { action: 'wait', waitingFor: 'evidence' } as const,
      gates: [{ ...errors, dryRun: true as const }],
    }
    expect(lineOf(plan, { kind: 'judged', judgement: judged }).because).toMatch(/^Dry run: The candidate fails/)
    const through = { ...failed.last, decision: { action: 'advance', why: 'without-data' } as const }
    expect(lineOf(plan, { kind: 'judged', judgement: through }).what).toBe('Decides to advance without data')
  })

  it('a hold because the arms cannot be compared says which of their ways differs', () => {
    const [first] = failed.last.gates
    const held = { ...stateOf('stableBad'), holds: [hold(plan, 'invalid', T0, null, '')] } as never
    const said = (gate: GateVerdict) => headline(plan, held, { ...failed.last, gates: [gate] }, T0)
    expect(said({ ...first, verdict: 'invalid', reason: 'segment-share-off' })).toContain(
      'the candidate got another mix of segments than stable.',
    )
    expect(said({ ...first, metric: 'drift', parts: [], verdict: 'invalid', reason: 'inputs-differ' })).toContain(
      'The arms get different inputs',
    )
    const share = { counted: 0.1, configured: 0.05 }
    const off = headline(plan, held, { ...failed.last, share, gates: [{ ...first, verdict: 'invalid', reason: 'share-off' }] }, T0)
    expect(off).toContain('The candidate got 10.0 % of requests, 5 % was configured.')
  })

  it('a stable that is bad itself is named, with what may be done', () => {
    const text = headline(
      plan,
      { ...stateOf('stableBad'), holds: [hold(plan, 'stable-bad', T0, null, 'v1 fails its own objective')] } as never,
      null,
      T0,
    )
    expect(text).toContain('It would return, but the version before is bad or not ready itself (v1 fails its own objective).')
    expect(text).toContain('Return all the same, or keep the candidate at this share.')
  })
})

it('a gate that was chosen to pass without data is told wherever the plan is read, and a dry run is not', () => {
  const gates = [
    Gate.parse({ metric: 'errors', noData: 'pass' }),
    Gate.parse({ metric: 'latency' }),
    Gate.parse({ metric: 'accuracy', noData: 'pass', dryRun: true }),
  ]
  expect(unjudgedWords(gates)).toEqual(['Without data the errors gate passes: nothing is judged then.'])
})
