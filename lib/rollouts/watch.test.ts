import { describe, expect, it } from 'vitest'
import { type JudgeInput, judge } from './judge'
import { advance } from './machine'
import { viewOf } from './machine.fixture'
import { Gate } from './schema'
import { CLUSTERS, planOf, STABLE, simulate } from './simulation.fixture'

// Labels that come when the candidate already has all traffic: of predictions that both arms made side by side.

const [cluster] = CLUSTERS
const plan = planOf({ gates: [Gate.parse({ metric: 'errors', floor: 0.01 }), Gate.parse({ metric: 'accuracy', required: false })] })
const rollout = simulate({ plan, seed: 7, rate: 100, seconds: 900, candidate: () => STABLE })

/** What the watch says when so many of 100 labels per slot turn out wrong, for the predictions of the first step; nothing was labelled before. */
function watched(wrong: number) {
  const { state, inputs, last } = rollout
  if (state.phase !== 'promoted') throw new Error(state.phase)
  const before = inputs.filter((input) => input.kind !== 'labels')
  const first = before.find((input) => input.kind === 'generation')?.generation ?? 0
  const frame = before.findLast((input) => input.kind === 'frame')?.frame.number ?? 0
  const late = Array.from({ length: 24 }, (_, i): JudgeInput => {
    const slot = Math.ceil(state.since / 5_000) * 5_000 + i * 5_000
    return { kind: 'labels', row: { cluster, slot, generation: first, frame, flags: 0, counts: [wrong, 100, 280, 1_000] } }
  })
  const now = state.since + 130_000
  const point = { place: { wave: 0, step: plan.steps.length - 1 }, acknowledgedAt: state.since, now }
  const judgement = judge(plan, [...before, ...late], point)
  const moved = advance(
    plan,
    state,
    { kind: 'observed', clusters: [viewOf(cluster, { weight: 10_000, ready: 1 })], decision: judgement.decision },
    now,
  )
  return { last, judgement, next: moved.ok ? moved.next : null, events: moved.ok ? moved.events : [] }
}

describe('late labels in the watch', { timeout: 30_000 }, () => {
  it('count: a candidate whose answers turn out wrong fails the watch, side by side', () => {
    const { judgement, next, events } = watched(60)
    expect(judgement.decision).toEqual({ action: 'return', blamed: 'accuracy', compared: 'side-by-side' })
    expect(next).toMatchObject({ phase: 'promoted', watch: 'failed' })
    expect(events).toMatchObject([{ kind: 'watch-failed', why: { blamed: 'accuracy' } }])
  })

  it('that are as good as stable leave it open', () => {
    const { next, events } = watched(28)
    expect(next).toMatchObject({ phase: 'promoted', watch: 'open' })
    expect(events).toEqual([])
  })
})
