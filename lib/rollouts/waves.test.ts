import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FULL } from '@/lib/endpoints/wish'
import { desired } from './desired'
import { advance, type Input } from './machine'
import { at, by, phaseOf, type STATES, seen, soaks, stateOf, viewOf } from './machine.fixture'
import { beat, brief, check, type Moment, play } from './machine-play.fixture'
import type { PlanDocument } from './schema'
import { CLUSTERS, planOf, T0 } from './simulation.fixture'
import { soakSeconds } from './soak'
import type { LiveRun } from './state'
import { stepsAt } from './steps'
import type { Decision } from './verdict'

/** The first wave's cluster routes 100 %. */
const alone = (decision?: Decision | null) => seen({ weight: 10_000, ready: 1 }, decision)
const dwelt: Decision = { action: 'advance', why: 'dwelt' }
const bad: Decision = { action: 'return', blamed: 'errors', compared: 'before' }
const blind: Decision = { action: 'hold', reasons: ['no-data'] }
const unjudged: PlanDocument = { ...soaks, strategy: 'initial', gates: [], from: null }
const lastSoaks = planOf({ pace: soaks.pace })
const move = (plan: PlanDocument, state: ReturnType<typeof stateOf>, input: Input, seconds: number) => {
  const result = advance(plan, state, at(input, seconds), T0 + seconds * 1_000)
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`)
  return result
}

type Row = [what: string, plan: PlanDocument, from: keyof typeof STATES, input: Input, seconds: number, then: string]

// "-": it stays as it is.
const TABLE: Row[] = [
  ['a wave that is to soak does not end at its acknowledgement', soaks, 'switched', alone(dwelt), 5, '-'],
  ['proven, but not for the whole soak: the next wave waits', soaks, 'soaking', alone(dwelt), 614, '-'],
  ['proven for the whole soak, without the burn-in: the next wave starts', soaks, 'soaking', alone(dwelt), 615, 'starting 1/-'],
  ['the whole soak without being proven: the next wave waits', soaks, 'soaking', alone(), 900, '-'],
  ['a fail in the soak returns', soaks, 'soaking', alone(bad), 300, 'returning evidence'],
  ['no data in the soak holds', soaks, 'soaking', alone(blind), 300, 'holding no-data'],
  ['a soak has no longest dwell', soaks, 'soaking', alone(), 3_600, '-'],
  ['a soak that was held begins anew', soaks, 'soakHeld', alone(dwelt), 700, 'progressing 0/1'],
  ['a blue/green soaks too', { ...soaks, strategy: 'blue-green' }, 'soaking', alone(dwelt), 400, '-'],
  ['without gates a first version has nothing to prove: it does not soak', unjudged, 'soaking', alone(), 5, 'starting 1/-'],
  ['no soak is asked of the last wave', lastSoaks, 'last', alone(), 5, 'promoted acknowledged'],
]

describe('a wave with a soak', () => {
  it.each(TABLE)('%s', (_, plan, from, input, seconds, then) => {
    const { next } = move(plan, stateOf(from), input, seconds)
    expect(phaseOf(next)).toBe(then === '-' ? phaseOf(stateOf(from)) : then)
  })
})

describe('waves with steps and a soak of their own', () => {
  const second = (weight: number, decision = dwelt): Input => ({
    kind: 'observed',
    clusters: [viewOf(CLUSTERS[0], { weight: 10_000, ready: 1 }), viewOf(CLUSTERS[1], { weight, ready: 1 })],
    decision,
  })

  it('a later wave goes through its own steps to the end', () => {
    let state = stateOf('secondStarting')
    const weights: number[] = []
    for (let seconds = 10; state.phase !== 'promoted' && seconds < 100; seconds += 10) {
      const { next, events } = move(soaks, state, second(weights.at(-1) ?? 0), seconds)
      weights.push(...events.flatMap((event) => (event.kind === 'step' ? [event.weight] : [])))
      state = next
    }
    expect(weights).toEqual([100, 1_000, 10_000])
    expect(state.phase).toBe('promoted')
  })

  it('a hold begins the soak anew, and the record says how long it was', () => {
    const going = move(soaks, stateOf('soakHeld'), alone(dwelt), 700).next
    expect(phaseOf(move(soaks, going, alone(dwelt), 1_299).next)).toBe('progressing 0/1')
    const { next, events } = move(soaks, going, alone(dwelt), 1_300)
    expect(phaseOf(next)).toBe('starting 1/-')
    expect(events[0]).toEqual({ kind: 'wave-finished', wave: 0, cluster: 'on-prem', soaked: 600 })
  })

  it('a person who promotes now waits for no soak', () => {
    const { next } = move(soaks, stateOf('soaking'), { kind: 'promote-now', by, reason: '' }, 60)
    expect((next as LiveRun).promoteNow).toBe(true)
    expect(phaseOf(move(soaks, next, alone(null), 65).next)).toBe('starting 1/-')
  })
})

describe('whatever happens to waves, in any order', { timeout: 30_000 }, () => {
  it('the candidate is wished a share of its own wave: all of it behind, none ahead', () => {
    check(({ after, now }, plan) => {
      if (!('place' in after) || after.phase === 'returning' || plan.strategy === 'return') return
      const { wave, step } = after.place
      for (const [i, cluster] of (desired(plan, after, now) ?? []).entries()) {
        const weight = cluster.arms.find((arm) => arm.arm === 'candidate')?.weight ?? 0
        const own = step === null ? 0 : stepsAt(plan, i)[step]
        expect(weight).toBe(i < wave ? FULL : i === wave ? own : 0)
      }
    })
  })

  it('the next wave begins only when the one before was proven for its soak, unless a person chose not to wait', () => {
    let soaked = 0
    const holds = ({ before, input, events, now }: Moment, plan: PlanDocument) => {
      const finished = events.find((event) => event.kind === 'wave-finished')
      if (!finished || !('dwellSince' in before) || before.promoteNow) return
      const seconds = soakSeconds(plan, finished.wave)
      if (seconds === 0) return expect(finished.soaked).toBeUndefined()
      soaked += 1
      expect(before.phase).toBe('progressing')
      expect(input.kind === 'observed' && input.decision?.action).toBe('advance')
      expect(now - (before.dwellSince ?? now)).toBeGreaterThanOrEqual(seconds * 1_000)
      expect(finished.soaked).toBeGreaterThanOrEqual(seconds)
    }
    check(holds)
    // Left alone mostly, so that soaks are reached.
    const alone = beat.chain((one) => fc.constantFrom(...[null, null, null, null, one.command]).map((command) => ({ ...one, command })))
    fc.assert(
      fc.property(fc.array(alone, { minLength: 30, maxLength: 60 }), (beats) => {
        for (const moment of play(brief, beats)) holds(moment, brief)
      }),
      { numRuns: 100, seed: 42 },
    )
    expect(soaked).toBeGreaterThan(5)
  })
})
