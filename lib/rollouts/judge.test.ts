import { describe, expect, it } from 'vitest'
import { BURN_IN, INCOMPLETE } from './evidence'
import { decide, fold, type JudgeInput, judge, start } from './judge'
import { CLUSTERS, planOf, STABLE, simulate, T0, type World } from './simulation.fixture'

const run = (candidate: Partial<typeof STABLE>, over: Partial<World> = {}) =>
  simulate({ plan: planOf(), seed: 7, rate: 100, seconds: 900, candidate: () => ({ ...STABLE, ...candidate }), ...over })

describe('a rollout over simulated traffic', { timeout: 30_000 }, () => {
  it.each([1, 2, 3])('promotes a healthy candidate by evidence, step by step (seed %i)', (seed) => {
    const { state, kinds, last } = run({}, { seed })
    expect(state.phase).toBe('promoted')
    expect(kinds.filter((kind) => kind === 'step')).toHaveLength(4)
    expect(last.gates.map((gate) => gate.verdict)).toEqual(['pass', 'pass', 'pass'])
  })

  it.each([
    ['errors', { bad: 0.05 }, 120],
    ['latency', { ms: 120 }, 90],
    ['accuracy', { accuracy: 0.5 }, 90],
  ] as const)('returns a candidate that is worse in %s, and blames it', (metric, worse, within) => {
    const { state, seconds, last } = run(worse)
    const why = { cause: 'evidence', blamed: metric, compared: 'side-by-side' }
    expect(state).toMatchObject({ phase: 'returning', outcome: 'returned', why })
    expect(seconds).toBeLessThanOrEqual(within)
    expect(last.total).toBeGreaterThanOrEqual(last.needed)
    const failed = last.gates.find((gate) => gate.metric === metric)
    expect(failed?.verdict).toBe('fail')
    expect(failed?.withoutWorst).toBeGreaterThanOrEqual(last.needed / 2)
  })

  it('returns a candidate that turns bad late, at a later step', () => {
    const { state, seconds } = run({}, { candidate: (at) => ({ ...STABLE, bad: at < 200 ? 0.005 : 0.05 }) })
    expect(state).toMatchObject({ phase: 'returning', why: { blamed: 'errors' } })
    expect(seconds).toBeGreaterThan(200)
    expect(seconds).toBeLessThanOrEqual(300)
  })

  it('never returns the same version against itself in 5 min, over 100 seeds', () => {
    const plan = planOf({ steps: [2_500, 10_000] })
    const returned = Array.from({ length: 100 }, (_, seed) => run({}, { seed, rate: 40, seconds: 300, still: true, plan }).state.phase)
    expect(returned.filter((phase) => phase === 'returning')).toEqual([])
  }, 120_000)

  it('replays its evidence to the same judgement, also from a rebuilt bench', () => {
    const { inputs, last, bench } = run({ bad: 0.05 })
    const point = { place: { wave: last.wave, step: last.step }, acknowledgedAt: T0, now: last.now }
    expect(judge(planOf(), inputs, point)).toEqual(last)
    expect(decide(bench, point)).toEqual(last)
  })
})

describe('what is missing', { timeout: 30_000 }, () => {
  const plan = planOf()
  const [cluster] = CLUSTERS
  const place = { wave: 0, step: 0 }
  const { inputs } = run({}, { seconds: 60, still: true })
  const opening = inputs.filter((input) => input.kind === 'generation' || input.kind === 'frame')
  const quiet = (slots: number, flags: number, counts?: number[]): JudgeInput[] =>
    Array.from({ length: slots }, (_, i) => {
      const zeros = Array.from({ length: 13 }, () => 0)
      return { kind: 'evidence', row: { cluster, slot: T0 + i * 5_000, generation: 1, frame: 1, flags, counts: counts ?? zeros } }
    })
  const at = (seconds: number, rows: JudgeInput[]) =>
    judge(plan, [...opening, ...rows], { place, acknowledgedAt: T0, now: T0 + seconds * 1_000 })

  it('zero traffic is no data, never a pass', () => {
    const early = at(42, quiet(8, 4))
    expect(early.decision.action).toBe('wait')
    const { decision, gates } = at(67, quiet(13, 4))
    expect(decision).toEqual({ action: 'hold', reasons: ['no-data'] })
    expect(gates.map((gate) => gate.verdict)).toEqual(['no-data', 'no-data', 'maturing'])
  })

  it('silence is no data, also when not one slot was closed', () => {
    expect(at(200, []).decision).toEqual({ action: 'hold', reasons: ['no-data'] })
  })

  it('six incomplete slots in a row are no data, five are not', () => {
    const busy = [50, 950, 0, 5, 20, 5, 450, 3, 1, 45, 1, 0, 9]
    expect(at(37, quiet(5, 4 | INCOMPLETE, busy)).decision.action).toBe('wait')
    expect(at(37, quiet(6, 4 | INCOMPLETE, busy)).decision).toEqual({ action: 'hold', reasons: ['no-data'] })
  })

  it('burn-in is not folded, however bad', () => {
    const terrible = [50, 950, 50, 5, 50, 50, 450, 50, 50, 45, 50, 50, 9]
    expect(at(37, quiet(6, 4 | BURN_IN, terrible)).total).toBeCloseTo(0, 12)
    expect(at(37, quiet(6, 4, terrible)).decision.action).toBe('return')
  })

  it('a candidate that gets another share than configured is not judged forward', () => {
    const twice = [100, 900, 0, 5, 40, 10, 450, 5, 1, 45, 1, 0, 9]
    const { decision, gates, share } = at(67, quiet(12, 4, twice))
    expect(decision).toEqual({ action: 'hold', reasons: ['invalid'] })
    expect(gates[0]).toMatchObject({ verdict: 'invalid', reason: 'share-off' })
    expect(share).toEqual({ counted: 0.1, configured: 0.05 })
  })

  it('evidence without labels never advances a gate that needs them', () => {
    const { state, last } = run({}, { labelled: false, seconds: 500 })
    expect(state).toMatchObject({ phase: 'progressing', place })
    expect(last.gates[2]).toMatchObject({ metric: 'accuracy', verdict: 'no-data', reason: 'no-reference' })
    expect(last.decision).toEqual({ action: 'wait', waitingFor: 'labels' })
  })

  it('refuses evidence of a generation or frame that it was not told of, and of another shape', () => {
    const [row] = quiet(1, 4)
    expect(() => fold(start(plan), row)).toThrow(/generation 1/)
    expect(() => fold(fold(start(plan), opening[0]), row)).toThrow(/frame 1/)
    expect(() => at(10, quiet(1, 4, [1, 2, 3]))).toThrow(/3 counts; this plan has 13/)
  })
})
