import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FULL } from '@/lib/endpoints/wish'
import { desired } from './desired'
import { headline } from './explain'
import { advance, type Input } from './machine'
import { alone, at, by, phaseOf, type STATES, stateOf, twoWaves, viewOf } from './machine.fixture'
import { beat, brief, check, type Moment, play, WAVE_FAILS } from './machine-play.fixture'
import { optionsOf } from './options'
import type { PlanDocument } from './schema'
import { CLUSTERS, T0 } from './simulation.fixture'
import { standing } from './standing'
import type { Holding, RolloutState } from './state'
import type { Decision } from './verdict'

const fails = (wave?: number): Decision => ({
  ...{ action: 'return', blamed: 'errors', compared: 'side-by-side' },
  ...(wave === undefined ? {} : { wave }),
})
const wait: Decision = { action: 'wait', waitingFor: 'evidence' }
const silent: Decision = { action: 'return', blamed: 'errors', compared: 'side-by-side', noData: true, wave: 1 }
/** The first cluster routes 100 %, the second as said. */
const seen = (decision: Decision | null, second: Parameters<typeof viewOf>[1] = { weight: 2_500, ready: 1 }): Input => ({
  kind: 'observed',
  clusters: [viewOf(CLUSTERS[0], { weight: FULL, ready: 1 }), viewOf(CLUSTERS[1], second)],
  decision,
})
const move = (plan: PlanDocument, state: RolloutState, input: Input, seconds: number) => {
  const result = advance(plan, state, at(input, seconds), T0 + seconds * 1_000)
  if (!result.ok) throw new Error(`refused: ${result.refusal.code}`)
  return result
}
const dead = { weight: 2_500, ready: 0 }
const person = { by, reason: '' }
const short: PlanDocument = { ...brief, pace: { ...brief.pace, waveFail: 'wave', soak: 0 } }
const isFailed = (state: RolloutState): state is Holding =>
  state.phase === 'holding' && state.holds.some(({ reason }) => reason === 'wave-failed')

type Row = [what: string, plan: PlanDocument, from: keyof typeof STATES, input: Input, seconds: number, then: string]
const TABLE: Row[] = [
  ['a later wave that fails returns alone', alone, 'second', seen(fails(1)), 60, 'holding wave-failed'],
  ['where the plan says nothing, a fail returns all', twoWaves, 'second', seen(fails()), 60, 'returning evidence'],
  ['a fail of an earlier wave returns all', alone, 'second', seen(fails(0)), 60, 'returning evidence'],
  ['a fail of the first wave returns all: nothing could stay', alone, 'progressing', seen(fails(0)), 60, 'returning evidence'],
  ['a wave whose gates fail for want of data returns alone', alone, 'second', seen(silent), 60, 'holding wave-failed'],
  ['a wave that never gets ready is given up alone', alone, 'secondStarting', seen(null, dead), 601, 'holding wave-failed'],
  ['a wave that went back alone stays held, whatever is judged', alone, 'waveFailed', seen(wait), 60, 'holding wave-failed'],
  ['while its traffic is on its way back, not ready is no second fail', alone, 'waveFailed', seen(wait, dead), 60, 'holding wave-failed'],
  ['a fail of an earlier wave returns all, also while a later one is held', alone, 'waveFailed', seen(fails(0)), 60, 'returning evidence'],
  ['a person begins the wave anew', alone, 'waveFailed', { kind: 'resume', ...person }, 60, 'starting 1/-'],
  ['a person returns all', alone, 'waveFailed', { kind: 'return', ...person }, 60, 'returning person'],
  [
    'a person takes all of it to 0 %, and the wave is no question any more',
    alone,
    'waveFailed',
    { kind: 'lower', ...person },
    60,
    'holding lowered',
  ],
  ['a hold that nobody answers returns all, where the plan says so', alone, 'waveFailed', seen(wait), 14_401, 'returning hold-ended'],
]

describe('a plan by which a failing wave returns alone', () => {
  it.each(TABLE)('%s', (_, plan, from, input, seconds, then) => {
    expect(phaseOf(move(plan, stateOf(from), input, seconds).next)).toBe(then)
  })

  it('not ready with traffic for 30 s returns the wave where it is so', () => {
    const begun = move(alone, stateOf('second'), seen(wait, dead), 60).next
    expect(phaseOf(move(alone, begun, seen(wait, dead), 91).next)).toBe('holding wave-failed')
    const first: Input = {
      kind: 'observed',
      clusters: [viewOf(CLUSTERS[0], { weight: FULL, ready: 0 }), viewOf(CLUSTERS[1], { weight: 2_500, ready: 1 })],
      decision: wait,
    }
    const other = move(alone, stateOf('second'), first, 60).next
    expect(phaseOf(move(alone, other, first, 91).next)).toBe('returning unready')
  })

  it('a version before that is not ready there is said, not returned to; elsewhere it does not matter', () => {
    const bad = (cluster: number): Input => ({
      kind: 'observed',
      clusters: CLUSTERS.map((id, i) => ({
        ...viewOf(id, { weight: i === 0 ? FULL : 2_500, ready: 1 }),
        ...(i === cluster ? { stable: { weight: 0, ready: 0 } } : {}),
      })),
      decision: fails(1),
    })
    expect(phaseOf(move(alone, stateOf('second'), bad(1), 60).next)).toBe('holding stable-bad')
    expect(phaseOf(move(alone, stateOf('second'), bad(0), 60).next)).toBe('holding wave-failed')
  })

  it('a version before that fails its objective is asked about where the candidate would leave it, and everywhere when all goes back', () => {
    const bad = (wave: number, decision: Decision): Input => ({ ...seen(decision), stableBad: [wave] }) as Input
    expect(phaseOf(move(alone, stateOf('second'), bad(0, fails(1)), 60).next)).toBe('holding wave-failed')
    expect(phaseOf(move(alone, stateOf('second'), bad(1, fails(1)), 60).next)).toBe('holding stable-bad')
    expect(phaseOf(move(alone, stateOf('second'), bad(1, fails(0)), 60).next)).toBe('holding stable-bad')
    const gone = { ...seen(fails(0), { weight: 0, ready: 1 }), stableBad: [1] } as Input
    expect(phaseOf(move(alone, stateOf('waveFailed'), gone, 60).next), 'where it has nothing any more').toBe('returning evidence')
    for (const wave of [0, 1])
      expect(move(alone, stateOf('watched'), bad(1 - wave, fails(wave)), 60).next).toMatchObject({ phase: 'promoted', watch: 'asks' })
    expect(move(alone, stateOf('watched'), seen(fails(1)), 60).next).toMatchObject({ phase: 'promoted', watch: 'failed' })
  })

  it('while a takeover waits no single cluster could be written: all goes back', () => {
    const taken: Input = {
      ...seen(wait),
      clusters: CLUSTERS.map((id, i) => ({ ...viewOf(id, { weight: FULL, ready: 1 }), takeover: i === 0 })),
    } as Input
    const waits = move(alone, stateOf('second'), taken, 60).next
    expect(phaseOf(waits)).toBe('holding takeover')
    const { next } = move(alone, waits, seen(fails(1)), 65)
    expect(phaseOf(next)).toBe('returning evidence')
    expect(desired(alone, next, T0)?.map(({ arms }) => arms.find(({ arm }) => arm === 'candidate')?.weight)).toEqual([0, 0])
  })

  it('each cluster is given its own 30 s: a moment of another is neither blamed nor a reason to return all', () => {
    const both: Input = { kind: 'observed', clusters: CLUSTERS.map((id) => viewOf(id, { weight: FULL, ready: 0 })), decision: wait }
    const begun = move(alone, stateOf('second'), seen(wait, dead), 60).next
    const { next, events } = move(alone, begun, both, 91)
    expect(phaseOf(next)).toBe('holding wave-failed')
    expect(events[0]).toMatchObject({ why: { cause: 'unready', cluster: 'cloud', seconds: 31 } })
  })

  it('all that goes back says on which cluster it was found', () => {
    const { next } = move(alone, stateOf('second'), seen(fails(0)), 60)
    expect(next).toMatchObject({ why: { cause: 'evidence', cluster: 'on-prem' } })
    expect(headline(alone, next, null, T0)).toMatch(/^Returning to v1: on on-prem errors proven worse/)
  })

  it('its next attempt burns in anew', () => {
    const began = { ...stateOf('second'), firstWeightAt: { [CLUSTERS[0]]: T0, [CLUSTERS[1]]: T0 } } as RolloutState
    expect(move(alone, began, seen(fails(1)), 60).next).toMatchObject({ firstWeightAt: { [CLUSTERS[0]]: T0 } })
    expect(move(alone, began, seen(fails(1)), 60).next).not.toHaveProperty(['firstWeightAt', CLUSTERS[1]])
  })

  it('its cluster is wished 0 % and those before it 100 %; the candidate stays there for pinned requests', () => {
    const { next, events } = move(alone, stateOf('second'), seen(fails(1)), 60)
    const arms = (desired(alone, next, T0) ?? []).map((cluster) => cluster.arms.map(({ arm, weight, replicas }) => [arm, weight, replicas]))
    expect(arms).toEqual([
      [
        ['stable', 0, 1],
        ['candidate', FULL, 1],
      ],
      [
        ['stable', FULL, 1],
        ['candidate', 0, 1],
      ],
    ])
    expect(events.map((event) => event.kind)).toEqual(['wave-returned', 'held'])
    expect(events[0]).toMatchObject({ wave: 1, cluster: 'cloud', from: { wave: 1, step: 1 }, why: { cause: 'evidence', blamed: 'errors' } })
  })

  it('when all goes back after it, its cluster is waited for as well', () => {
    const { next } = move(alone, stateOf('waveFailed'), { kind: 'return', ...person }, 60)
    expect(next).toMatchObject({ phase: 'returning', waitingFor: CLUSTERS })
  })

  it('says which cluster went back and why, and what each choice does', () => {
    const going = stateOf('waveFailed')
    expect(headline(alone, going, null, T0)).toMatch(
      /^Held while cloud goes back to 0 %, which it has not acknowledged yet\. Only cloud was sent back: errors proven worse than tolerated/,
    )
    const zero = { weight: 0, ready: 1 }
    expect(phaseOf(move(alone, going, seen(wait, { ...zero, reachable: false }), 5).next)).toBe('holding wave-failed')
    const { next: state, events } = move(alone, going, seen(wait, zero), 5)
    expect(events).toEqual([{ kind: 'acknowledged', place: { wave: 1, step: null }, cluster: 'cloud', weight: 0 }])
    expect(move(alone, state, seen(wait, zero), 6).events).toEqual([])
    expect(headline(alone, state, null, T0)).toMatch(/^Held at 0 % on cloud\. Only cloud was sent back: errors/)
    expect(standing(alone, state, null, T0).needs).toMatch(/^1 person to begin there anew, or to return all within 4 h, else it returns/)
    const options = optionsOf(alone, state, null).map(({ verb, says }) => `${verb}: ${says}`)
    expect(options[0]).toMatch(/^resume: Begins on cloud anew at its first step; what was counted there so far no longer counts/)
    expect(options).toContainEqual(expect.stringMatching(/^lower: All traffic goes to v1/))
    expect(options.at(-1)).toMatch(/^return: All traffic goes to v1/)
  })
})

describe('whatever happens, in any order', { timeout: 30_000 }, () => {
  it('a wave that went back alone gets no weight before a person resumes, and those before it keep theirs', () => {
    let returned = 0
    let resumed = 0
    const holds = ({ before, after, events, now }: Moment, plan: PlanDocument) => {
      returned += events.filter((event) => event.kind === 'wave-returned').length
      if (isFailed(before) && !isFailed(after) && events.some((event) => event.kind === 'hold-removed' && event.by)) resumed += 1
      if (isFailed(before) && !isFailed(after)) expect(['returning', 'aborted', 'starting', 'holding']).toContain(after.phase)
      if (!isFailed(after)) return
      expect(after.place.wave).toBeGreaterThan(0)
      for (const [i, cluster] of (desired(plan, after, now) ?? []).entries())
        expect(cluster.arms.find((arm) => arm.arm === 'candidate')?.weight ?? 0).toBe(i < after.place.wave ? FULL : 0)
    }
    check(holds)
    // On to the second wave and to its fail mostly, so that there is something to look at.
    const toFail = beat.chain((one) =>
      fc
        .record({ decision: fc.constantFrom(2, 2, 2, WAVE_FAILS, one.decision), command: fc.constantFrom(null, null, null, one.command) })
        .map((over) => ({ ...one, ...over })),
    )
    fc.assert(
      fc.property(fc.array(toFail, { minLength: 20, maxLength: 60 }), (beats) => {
        for (const moment of play(short, beats)) holds(moment, short)
      }),
      { numRuns: 200, seed: 42 },
    )
    expect([returned > 50, resumed > 5]).toEqual([true, true])
  })
})
