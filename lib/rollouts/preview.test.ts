import { describe, expect, it } from 'vitest'
import { soaks } from './machine.fixture'
import { preview, previewSteps, type Traffic } from './preview'
import { planOf, STABLE, simulate } from './simulation.fixture'

const today: Traffic = { requestsPerSecond: 100, errorRate: 0.005, labelsPerSecond: 100, accuracy: 0.72, labelDelaySeconds: 0 }
const at = (over: Partial<Traffic>, plan = planOf()) => preview(plan, { ...today, ...over })

describe('a preview', { timeout: 30_000 }, () => {
  it('is about what then happens: within a factor of two of simulated rollouts', () => {
    const planned = at({}).steps.reduce((sum, step) => sum + (step.seconds ?? Number.NaN), 0)
    const took = [1, 2, 3, 4, 5].map(
      (seed) => simulate({ plan: planOf(), seed, rate: 100, seconds: 2_000, candidate: () => STABLE }).seconds,
    )
    const median = took.sort((a, b) => a - b)[1]
    expect(planned / median).toBeGreaterThan(0.5)
    expect(planned / median).toBeLessThan(2)
  })

  it("says which step cannot decide at today's traffic, and why", () => {
    const [first] = at({ requestsPerSecond: 2, labelsPerSecond: 2 }).steps
    expect(first.seconds).toBeNull()
    expect(first.note).toMatch(
      /^5 % cannot decide at today's traffic: errors and latency and accuracy would take longer than the longest dwell \(10 min\)/,
    )
  })

  it('more traffic decides sooner, never later', () => {
    const times = [20, 50, 100, 500, 5_000].map((rate) => at({ requestsPerSecond: rate, labelsPerSecond: rate }).steps[0].seconds ?? 1e9)
    expect(times).toEqual([...times].sort((a, b) => b - a))
    expect(times[4]).toBeGreaterThanOrEqual(planOf().pace.burnIn + planOf().pace.minDwell)
  })

  it('without traffic or labels nothing decides, and it says so', () => {
    const quiet = at({ requestsPerSecond: 0, labelsPerSecond: 0, accuracy: null })
    expect(quiet.steps.slice(0, 3).map((step) => step.seconds)).toEqual([null, null, null])
    expect(quiet.notes.join(' ')).toMatch(/no traffic now.*No labels come/s)
  })

  it('a budget that waves share makes a return take longer, and no step: steps have their own', () => {
    const [whole, shared] = [0.05, 0.01].map((alpha) => at({}, planOf({ alpha })).steps.map(({ seconds }) => seconds))
    expect(shared).toEqual(whole)
  })

  it('counts the delay of labels', () => {
    const [slow] = at({ labelDelaySeconds: 300 }).steps
    const [fast] = at({}).steps
    expect((slow.seconds ?? 0) - (fast.seconds ?? 0)).toBeCloseTo(300, 6)
  })

  it('a blue/green waits for a person, then is watched; a first version has nothing to compare with', () => {
    const switched = at({}, planOf({ strategy: 'blue-green', steps: [0, 10_000] }))
    expect(switched.steps[0].note).toMatch(/waits for a person/)
    expect(switched.steps[1].note).toMatch(/weaker than side by side/)
    const first = at({}, planOf({ strategy: 'initial', steps: [10_000], gates: [], from: null }))
    expect(first.notes).toContain('A first version has nothing to compare with.')
  })

  it('tells the steps of each wave, and how long one soaks before the next', () => {
    const [first, second] = [0, 1].map((wave) => previewSteps(soaks, today, wave))
    expect(first.map(({ weight }) => weight)).toEqual([5_000, 10_000])
    expect(first[1]).toMatchObject({ seconds: 615, note: expect.stringMatching(/^Soaks for 10 min before cloud begins/) })
    expect(second.map(({ weight }) => weight)).toEqual([100, 1_000, 10_000])
    expect(second[2]).toMatchObject({ seconds: 0, note: null })
    expect(previewSteps(soaks, { ...today, requestsPerSecond: 0 }, 0)[1].seconds).toBeNull()
  })

  it('knows approvals and the time of a return', () => {
    expect(at({}, planOf({ approvals: 2 }))).toMatchObject({ approvals: 2, returnSeconds: 15 })
  })
})
