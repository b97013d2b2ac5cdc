import { describe, expect, it } from 'vitest'
import { advance, type Input } from './machine'
import { by, decided, type STATES, stateOf } from './machine.fixture'
import type { PlanDocument } from './schema'
import { planOf, T0 } from './simulation.fixture'
import type { RolloutState } from './state'

const person = { by, reason: 'because' }
const mirror = { kind: 'mirror', ...person, share: null, able: true } as const
const unmirror = { kind: 'unmirror', ...person } as const
const blueGreen = planOf({ strategy: 'blue-green', steps: [0, 10_000] })
const blind = decided({ action: 'hold', reasons: ['no-data'] })

describe('copies of live requests', () => {
  const shareOf = (state: RolloutState) => (state.phase === 'holding' ? state.mirror : undefined)
  const moved = (plan: PlanDocument, from: keyof typeof STATES, input: Input) => {
    const result = advance(plan, stateOf(from), input, T0 + 5_000)
    if (!result.ok) throw new Error(result.refusal.code)
    return result
  }

  it.each<[what: string, PlanDocument, keyof typeof STATES, Input, number | undefined]>([
    ['as many as the next step would bring', planOf(), 'paused', mirror, 2_500],
    ['at 0 % as many as the first step', planOf(), 'lowered', mirror, 500],
    ['a tenth where the next step is all', blueGreen, 'previewHeld', mirror, 1_000],
    ['as many as are asked for', planOf(), 'mirrored', { ...mirror, share: 100 }, 100],
    ['none when they are ended', planOf(), 'mirrored', unmirror, undefined],
    ['as before at 0 %', planOf(), 'mirrored', { kind: 'lower', ...person }, 2_500],
    ['as before while another hold joins', planOf(), 'mirrored', blind, 2_500],
    ['none when it goes on', planOf(), 'mirrored', { kind: 'resume', ...person }, undefined],
    ['none when it begins again', planOf(), 'loweredMirrored', { kind: 'resume', ...person }, undefined],
    ['none when it is promoted by hand', planOf(), 'mirrored', { kind: 'promote-now', ...person }, undefined],
    ['none when it returns', planOf(), 'mirrored', { kind: 'return', ...person }, undefined],
  ])('%s', (_, plan, from, input, share) => {
    const { next } = moved(plan, from, input)
    expect(shareOf(next)).toBe(share)
    expect(JSON.stringify(next).includes('mirror')).toBe(share !== undefined)
  })

  it('who and how much stands in the ledger, and the place, the holds and the times stay', () => {
    const on = moved(planOf(), 'paused', mirror)
    expect(on.events).toEqual([{ kind: 'mirrored', by, reason: 'because', share: 2_500 }])
    expect(on.next).toEqual({ ...stateOf('paused'), mirror: 2_500 })
    expect(moved(planOf(), 'mirrored', unmirror).events).toEqual([{ kind: 'mirrored', by, reason: 'because', share: 0 }])
  })
})
