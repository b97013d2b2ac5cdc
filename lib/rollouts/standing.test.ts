import { describe, expect, it } from 'vitest'
import { headline } from './explain'
import { planFor, STATES, stateOf, twoWaves } from './machine.fixture'
import { HOLD_REASONS, PHASES } from './schema'
import { GATES, planOf, STABLE, simulate, T0 } from './simulation.fixture'
import { standing } from './standing'
import { gateNeed, HOLD_NEEDS } from './standing-need'
import type { LiveRun, RolloutState } from './state'
import { hold, withHolds } from './transitions'
import { type Decision, type GateVerdict, type Judgement, VERDICTS } from './verdict'

const plan = planOf()
const now = T0 + 90_000
const { last } = simulate({ plan, seed: 3, rate: 100, seconds: 60, candidate: () => STABLE, still: true })
const judged: Judgement = { ...last, wave: 0, step: 0 }
const run = stateOf('progressing') as LiveRun

const REASONS = [
  ...['proven-worse', 'proven-within-limit', 'below-ceiling', 'between', 'no-reference', 'no-traffic', 'incomplete'],
  ...['labels-to-come', 'label-share-off', 'share-off', 'not-judged-here'],
] as GateVerdict['reason'][]
const WAITING = ['acknowledgement', 'dwell', 'requests', 'evidence', 'labels', 'person'] as const
const DECISIONS: Decision[] = [
  ...WAITING.map((waitingFor): Decision => ({ action: 'wait', waitingFor })),
  { action: 'return', blamed: 'errors', compared: 'side-by-side' },
  { action: 'advance', why: 'proven' },
  { action: 'hold', reasons: ['no-data'] },
]

/** What every state must say: what blocks, since when, a number that is needed (unless nothing is), who may do what. */
function expectWhole(state: RolloutState, judgement: Judgement | null, of = plan): void {
  const { blocks, since, needs, who, sentence } = standing(of, state, judgement, now)
  expect(sentence).toContain(`${needs}. ${who}`)
  expect(sentence.toLowerCase()).toContain(blocks.toLowerCase())
  expect(sentence).toMatch(/, since (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d UTC \(\d+(\.\d)? (s|min|h|d)\)\. Needs \S/)
  expect(since).toBeLessThanOrEqual(now)
  expect(needs).toMatch(/\d|^nothing/)
  expect(who).toMatch(/^(Engineers|SREs|Approvers|Nobody) .*\.$/)
  expect(sentence).not.toMatch(/undefined|null|NaN|Infinity|\bsafe\b|!|\d:1/)
}

describe('where it stands', () => {
  const names = Object.keys(STATES) as (keyof typeof STATES)[]

  it('is known of every phase that there is', () => {
    expect([...new Set(names.map((name) => stateOf(name).phase))].sort()).toEqual([...PHASES].sort())
  })

  it.each(names)('is said whole: %s', (name) => {
    for (const judgement of [null, judged]) expectWhole(stateOf(name), judgement, planFor(name, plan))
  })

  it.each(names)('is said whole of a return, a first version and a plan without gates: %s', (name) => {
    for (const over of [{ strategy: 'return' as const, gates: [] }, { strategy: 'initial' as const, from: null, gates: [] }, { gates: [] }])
      expectWhole(stateOf(name), null, planOf({ waves: twoWaves.waves, ...over }))
  })

  it.each(HOLD_REASONS)('names what a hold needs, and until when: %s', (reason) => {
    expect(HOLD_NEEDS).toHaveProperty(reason)
    for (const judgement of [null, judged]) {
      const held = withHolds(run, [hold(plan, reason, T0, null, '')], T0)
      expectWhole(held, judgement)
      expect(standing(plan, held, judgement, now).needs).toMatch(
        reason === 'stable-bad' ? /within 4 h, else it stays$/ : /within 4 h, else it returns$/,
      )
    }
  })

  it('joins all reasons of a hold', () => {
    const both = standing(plan, stateOf('pausedNoData'), judged, now)
    expect(both.blocks).toMatch(/^Ana paused it, and there is no data/)
    expect(both.needs).toMatch(/1 person to resume it, and 100 candidate requests/)
  })

  it('names the cluster that a hold is about, and says once when several holds end', () => {
    const state = withHolds(run, [hold(plan, 'unreachable', T0, null, 'on-prem'), hold(plan, 'no-data', T0, null, '')], T0)
    expect(standing(plan, state, judged, now).blocks).toBe('a cluster cannot be reached (on-prem), and there is no data to judge')
    expect(headline(plan, state, judged, now).match(/The hold ends in 4 h\./g)).toHaveLength(1)
  })

  it.each(DECISIONS)('is said whole at a step that is judged: %o', (decision) => {
    expectWhole(run, { ...judged, decision })
  })

  it.each(VERDICTS.flatMap((verdict) => REASONS.map((reason) => [verdict, reason] as const)))(
    'needs of a gate that says %s, %s',
    (verdict, reason) => {
      for (const gate of judged.gates) {
        const need = gateNeed({ ...gate, verdict, reason })
        if (verdict === 'pass') expect(need).toBeNull()
        else expect(need).toMatch(/^\S.{5,}$/)
        // A fail never waits: it goes back in the same turn.
        if (verdict === 'fail') continue
        expectWhole(run, { ...judged, gates: [{ ...gate, verdict, reason }], decision: { action: 'wait', waitingFor: 'evidence' } })
      }
    },
  )

  it('gives the number that is needed beside the number that is there', () => {
    const text = (decision: Decision) => standing(plan, run, { ...judged, decision, requests: 42, dwellSeconds: 10 }, now).needs
    expect(text({ action: 'wait', waitingFor: 'requests' })).toBe('100 candidate requests, has 42')
    expect(text({ action: 'wait', waitingFor: 'dwell' })).toBe('30 s counted, has 10 s')
    const [errors] = judged.gates
    const open = { ...errors, verdict: 'undecided' as const, reason: 'between' as const }
    expect(gateNeed(open)).toMatch(/^errors proven within 5x \((at most [\d.]+x so far|no upper bound yet)\)$/)
  })

  it('says who may, as the table of permissions and the machine have it', () => {
    const who = (name: keyof typeof STATES) => standing(plan, stateOf(name), null, now).who
    expect(who('awaiting')).toBe('Approvers may approve it or reject it; Engineers and SREs may cancel it.')
    expect(who('progressing')).toBe('Engineers and SREs may pause it, give it more time, take it back to 0 %, promote it now or return it.')
    expect(who('takeover')).toMatch(/SREs may keep theirs or restore ours\.$/)
    expect(who('returning')).toBe('Nobody has to act: traffic is going back.')
    expect(standing(planOf({ approvals: 1 }), stateOf('progressing'), null, now).who).not.toContain('promote')
  })

  it.each<[keyof typeof STATES, string]>([
    [
      'dwelled',
      'resume it, pause it, give it more time, raise it to the next step, take it back to 0 %, send it copies of live requests, promote it now or return it',
    ],
    [
      'noData',
      'pause it, give it more time, raise it to the next step, take it back to 0 %, send it copies of live requests, promote it now or return it',
    ],
    ['paused', 'resume it, give it more time, take it back to 0 %, send it copies of live requests, promote it now or return it'],
    ['stableBad', 'pause it, give it more time, take it back to 0 %, send it copies of live requests or return it'],
    ['lowered', 'resume it, pause it, give it more time, send it copies of live requests or return it'],
    ['mirrored', 'resume it, give it more time, take it back to 0 %, end its copies, promote it now or return it'],
    ['third', 'pause it, give it more time, take it back to 0 %, promote it now or return it'],
  ])('names everything that may be done where it waits, and nothing else: %s', (name, may) => {
    expect(standing(plan, stateOf(name), null, now).who).toBe(`Engineers and SREs may ${may}.`)
  })

  it('says which requests the candidate gets copies of, and offers them only where a cluster can send them', () => {
    const told = standing(plan, stateOf('mirrored'), null, now)
    expect(told.copies).toBe('Copies of 25 % of live requests go to v2; nobody gets its answers.')
    expect(told.sentence.endsWith(`or return it. ${told.copies}`)).toBe(true)
    expect(standing(plan, stateOf('paused'), null, now).copies).toBeNull()
    expect(standing(plan, stateOf('paused'), null, now, { able: 'cannot-mirror' }).who).not.toContain('copies')
  })

  it('offers no raise where the step can decide by itself, nor where the policy asks approval', () => {
    const raise = /raise it to the next step/
    expect(standing(plan, stateOf('dwelled'), null, now, { decides: false }).who).toMatch(raise)
    expect(standing(plan, stateOf('dwelled'), null, now, { decides: true }).who).not.toMatch(raise)
    expect(standing(planOf({ approvals: 1 }), stateOf('dwelled'), null, now, { decides: false }).who).not.toMatch(raise)
  })

  it('stands beside a headline that exists wherever it does', () => {
    for (const name of names) expect(headline(planFor(name, plan), stateOf(name), judged, now)).toMatch(/\.$/)
    expect(GATES.length).toBe(judged.gates.length)
  })
})
