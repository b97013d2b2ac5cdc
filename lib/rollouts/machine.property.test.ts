import { describe, expect, it } from 'vitest'
import { FULL } from '@/lib/endpoints/wish'
import { desired } from './desired'
import { advance, type ClusterView } from './machine'
import { check, person } from './machine-play.fixture'
import { LIVE_PHASES, TERMINAL_PHASES } from './schema'
import { T0 } from './simulation.fixture'
import type { RolloutState } from './state'
import { lastStep, stepsAt } from './steps'

// Any order of events, sensible or not: what must hold all the same.

const isTerminal = (state: RolloutState) => (TERMINAL_PHASES as readonly string[]).includes(state.phase)
const isLive = (state: RolloutState) => (LIVE_PHASES as readonly string[]).includes(state.phase)
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

  it('copies go only to a candidate beside a version with traffic, on the cluster where the held rollout stands, and change no weight', () => {
    check(({ after, now }, plan) => {
      const wish = desired(plan, after, now) ?? []
      for (const cluster of wish) {
        for (const arm of cluster.arms) {
          if (arm.mirror === undefined) continue
          expect(after.phase).toBe('holding')
          expect('place' in after && plan.waves[after.place.wave].clusterId).toBe(cluster.clusterId)
          expect([arm.arm, arm.role, Number.isInteger(arm.mirror) && arm.mirror > 0 && arm.mirror < FULL]).toEqual([
            'candidate',
            'candidate',
            true,
          ])
          expect(cluster.arms.find((other) => other.arm === 'stable')?.weight).toBeGreaterThan(0)
        }
      }
      if (after.phase !== 'holding' || after.mirror === undefined) return
      const { mirror: _mirror, ...without } = after
      const weights = (of: RolloutState) =>
        desired(plan, of, now)?.map(({ arms }) => arms.map(({ weight, replicas }) => [weight, replicas]))
      expect(weights(without)).toEqual(weights(after))
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
      expect(stepsAt(plan, after.place.wave)[after.place.step ?? 0]).toBeLessThan(FULL)
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
      expect(before.place.step).toBe(lastStep(plan, before.place.wave))
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
