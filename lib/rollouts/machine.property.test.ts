import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FULL } from '@/lib/endpoints/wish'
import { desired } from './desired'
import type { LedgerEvent } from './ledger'
import { advance, type ClusterView, type Input, launchState } from './machine'
import { by, twoWaves } from './machine.fixture'
import { LIVE_PHASES, type PlanDocument, TERMINAL_PHASES } from './schema'
import { CLUSTERS, planOf, T0 } from './simulation.fixture'
import type { RolloutState } from './state'
import type { Decision } from './verdict'

// Any order of events, sensible or not: what must hold all the same.

const plans: PlanDocument[] = [
  planOf(),
  twoWaves,
  planOf({ approvals: 1 }),
  planOf({ strategy: 'blue-green', steps: [0, FULL] }),
  planOf({ strategy: 'initial', steps: [FULL], gates: [], from: null }),
  { ...twoWaves, strategy: 'return', steps: [FULL], gates: [], waves: twoWaves.waves.map((wave) => ({ ...wave, replicas: 2 })) },
  { ...twoWaves, strategy: 'return', steps: [FULL], gates: [], to: null },
  { ...twoWaves, strategy: 'return', steps: [FULL], gates: [], from: null },
]
const decisions: (Decision | null)[] = [
  null,
  { action: 'wait', waitingFor: 'evidence' },
  { action: 'advance', why: 'proven' },
  { action: 'advance', why: 'dwelt' },
  { action: 'return', blamed: 'errors', compared: 'side-by-side' },
  { action: 'hold', reasons: ['no-data'] },
  { action: 'hold', reasons: ['invalid', 'stable-bad'] },
  { action: 'advance', why: 'without-data' },
  { action: 'extend', blamed: 'errors' },
  { action: 'return', blamed: 'errors', compared: 'side-by-side', noData: true },
]
const person = { by, reason: '' }
const commands: Input[] = [
  { kind: 'approve-complete', otherLive: false, fromIsLive: true },
  ...(['pause', 'resume', 'promote-now', 'extend', 'lower', 'takeover-keep', 'takeover-restore'] as const).map((kind) => ({
    kind,
    ...person,
  })),
  { kind: 'raise', ...person, decides: false },
  { kind: 'return', ...person },
]

interface Beat {
  command: number | null
  decision: number
  ready: number
  reachable: boolean
  takeover: boolean
  follows: boolean
  seconds: number
}
const beat = fc.record<Beat>({
  command: fc.option(fc.nat(commands.length - 2), { freq: 6, nil: null }),
  decision: fc.oneof({ weight: 5, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(decisions.length - 1) }),
  ready: fc.oneof({ weight: 6, arbitrary: fc.constant(2) }, { weight: 1, arbitrary: fc.nat(2) }),
  reachable: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  takeover: fc.oneof({ weight: 19, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  follows: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  seconds: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 20 }) },
    { weight: 1, arbitrary: fc.integer({ min: 100, max: 20_000 }) },
  ),
})
const story = fc.tuple(fc.constantFrom(...plans), fc.array(beat, { maxLength: 60 }))

interface Moment {
  before: RolloutState
  after: RolloutState
  input: Input
  events: readonly LedgerEvent[]
  now: number
}

/** Plays a story: clusters acknowledge what is desired when `follows`. */
function play(plan: PlanDocument, beats: readonly Beat[]): Moment[] {
  let { state } = launchState(plan, T0)
  let now = T0
  const weights = new Map(CLUSTERS.map((id) => [id, 0]))
  const moments: Moment[] = []
  for (const one of beats) {
    now += one.seconds * 1_000
    const wish = desired(plan, state, now)
    if (one.follows && wish)
      for (const cluster of wish) weights.set(cluster.clusterId, cluster.arms.find((arm) => arm.arm === 'candidate')?.weight ?? 0)
    const clusters = plan.waves.map(
      ({ clusterId }): ClusterView => ({
        clusterId,
        reachable: one.reachable,
        seenAt: one.reachable ? now : T0,
        acknowledged: one.follows,
        candidate: { weight: weights.get(clusterId) ?? 0, ready: one.ready },
        stable: { weight: FULL - (weights.get(clusterId) ?? 0), ready: 1 },
        takeover: one.takeover,
      }),
    )
    const input: Input = one.command === null ? { kind: 'observed', clusters, decision: decisions[one.decision] } : commands[one.command]
    const result = advance(plan, state, input, now)
    if (!result.ok) continue
    moments.push({ before: state, after: result.next, input, events: result.events, now })
    state = result.next
  }
  return moments
}

const isTerminal = (state: RolloutState) => (TERMINAL_PHASES as readonly string[]).includes(state.phase)
const isLive = (state: RolloutState) => (LIVE_PHASES as readonly string[]).includes(state.phase)
const check = (holds: (moment: Moment, plan: PlanDocument) => void) =>
  fc.assert(
    fc.property(story, ([plan, beats]) => {
      for (const moment of play(plan, beats)) holds(moment, plan)
    }),
    { numRuns: 400, seed: 42 },
  )

describe('whatever happens, in any order', () => {
  it('weights lie within bounds and add up to 10,000, or to 0 where no version is to answer', () => {
    check(({ after, now }, plan) => {
      for (const cluster of desired(plan, after, now) ?? []) {
        const sum = cluster.arms.reduce((total, arm) => total + arm.weight, 0)
        expect(cluster.arms.every((arm) => arm.weight >= 0 && arm.weight <= FULL && Number.isInteger(arm.weight))).toBe(true)
        expect(sum === FULL || (sum === 0 && (plan.from === null || plan.to === null))).toBe(true)
      }
    })
  })

  it('terminal stays terminal', () => {
    check(({ before, after }) => {
      if (isTerminal(before)) expect(after.phase).toBe(before.phase)
    })
  })

  it('a person reaches the return from every live phase in one step, and the candidate is wished 0 at once', () => {
    check(({ after, now }, plan) => {
      if (!isLive(after) || plan.strategy === 'return') return
      const result = advance(plan, after, { kind: 'return', ...person }, now)
      expect(result.ok && result.next.phase).toBe('returning')
      if (!result.ok) return
      const candidates = (desired(plan, result.next, now) ?? []).flatMap((cluster) => cluster.arms.filter((arm) => arm.arm === 'candidate'))
      expect(candidates.every((arm) => arm.weight === 0)).toBe(true)
    })
  })

  it('no weight beyond the first step without a decision to advance, an acknowledgement at 100 % or a person', () => {
    check(({ before, after, input, events }, plan) => {
      const step = events.find((event) => event.kind === 'step')
      if (!step || plan.strategy === 'return' || before.phase === 'starting' || !('place' in after)) return
      const byPerson = input.kind === 'promote-now' || input.kind === 'resume' || input.kind === 'raise'
      expect(byPerson || (input.kind === 'observed' && (input.decision?.action === 'advance' || step.why.cause === 'ready'))).toBe(true)
    })
  })

  it('back to 0 % gives 0 on every cluster at once, and what follows begins again at the first step', () => {
    check(({ before, after, now }, plan) => {
      if (!isLive(before) || plan.strategy === 'return') return
      const result = advance(plan, before, { kind: 'lower', ...person }, now)
      if (!result.ok) return expect(result.refusal.code).toBe('takeover')
      const candidates = (desired(plan, result.next, now) ?? []).flatMap((cluster) => cluster.arms.filter((arm) => arm.arm === 'candidate'))
      expect(candidates.every((arm) => arm.weight === 0)).toBe(true)
      const lowered = before.phase === 'holding' && before.holds.some((hold) => hold.reason === 'lowered')
      if (lowered && 'place' in after && after.phase !== 'returning') expect(after.place).toEqual({ wave: 0, step: null })
    })
  })

  it('a person raises by one step of the plan, never to 100 %, and never where approval was asked', () => {
    check(({ before, after, input, events }, plan) => {
      if (input.kind !== 'raise' || !('place' in before) || !('place' in after)) return
      expect(plan.approvals).toBe(0)
      expect(after.place).toEqual({ wave: before.place.wave, step: (before.place.step ?? -2) + 1 })
      expect(plan.steps[after.place.step ?? 0]).toBeLessThan(FULL)
      expect(events.find((event) => event.kind === 'step')?.why.cause).toBe('person')
    })
  })

  it('a return waits for every cluster that may still have traffic', () => {
    check(({ before, after }) => {
      if (after.phase !== 'returning' || !('place' in before) || before.phase === 'returning') return
      for (const id of Object.keys(before.firstWeightAt)) expect(after.waitingFor).toContain(id)
    })
  })

  it('nothing is wished before the approval', () => {
    check(({ before, input }, plan) => {
      if (before.phase !== 'awaiting-approval') return
      expect(desired(plan, before, T0)).toBeNull()
      const result = advance(plan, before, input, T0 + 1_000)
      if (result.ok && isLive(result.next)) expect(input.kind).toBe('approve-complete')
    })
  })

  it('promoted only when 100 % is acknowledged', () => {
    check(({ before, after, input }, plan) => {
      if (after.phase !== 'promoted' || before.phase === 'promoted') return
      if (input.kind !== 'observed' || (before.phase !== 'progressing' && before.phase !== 'holding'))
        throw new Error(`from ${before.phase}`)
      expect(before.place.step).toBe(plan.steps.length - 1)
      const full = (view: ClusterView) => view.acknowledged && view.candidate.weight === FULL
      if (plan.strategy === 'return') expect(plan.to === null || input.clusters.every(full)).toBe(true)
      else {
        expect(before.place.wave).toBe(plan.waves.length - 1)
        expect(before.acknowledgedAt !== null || full(input.clusters[plan.waves.length - 1])).toBe(true)
      }
    })
  })

  it('a state survives JSON, and the same input gives the same answer', () => {
    check(({ before, after, input, now }, plan) => {
      expect(JSON.parse(JSON.stringify(after))).toEqual(after)
      const again = advance(plan, JSON.parse(JSON.stringify(before)), input, now)
      expect(again.ok && again.next).toEqual(after)
    })
  })

  it('a hold is never empty, names each reason once, and a fail is never held but for a bad stable', () => {
    check(({ before, after, input }, plan) => {
      if (after.phase === 'holding') {
        const reasons = after.holds.map((hold) => hold.reason)
        expect(reasons.length).toBeGreaterThan(0)
        expect(new Set(reasons).size).toBe(reasons.length)
      }
      const fails = input.kind === 'observed' && input.decision?.action === 'return'
      if (fails && isLive(before) && before.phase !== 'returning' && plan.strategy !== 'return') expect(after.phase).toBe('returning')
    })
  })
})
