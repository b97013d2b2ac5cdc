import { describe, expect, it } from 'vitest'
import { ceilingShare, fixedShare, gateWeights, limitRatio, nextShare, toleratedRatio, weightAt } from './gate'
import { counters, lanesOf, windowOf } from './lane'
import { Gate } from './schema'

const gates = [{ metric: 'errors' }, { metric: 'latency' }, { metric: 'accuracy' }].map((gate) => Gate.parse(gate))
const [errors, p50, p95, p99, accuracy] = lanesOf({ gates })

describe('the counters of an evidence row', () => {
  it('name every number that a lane reads, in order', () => {
    expect(counters({ gates })).toHaveLength(4 + 3 * 3)
    const row = counters({ gates }).map((_, i) => 100 + i)
    expect(windowOf(errors, row)).toEqual({ nC: 100, nS: 101, xC: 102, xS: 103 })
    expect(windowOf(p50, row)).toEqual({ nC: 100, nS: 101, xC: 104, xS: 106 })
    expect(windowOf(p50, row, true)).toMatchObject({ xC: 105 })
    expect(windowOf(p99, row)).toMatchObject({ xC: 110, xS: 112 })
    expect(windowOf(accuracy, [3, 10, 4, 90])).toEqual({ xC: 3, nC: 10, xS: 4, nS: 90 })
  })

  it('use the exact form only where more than 5 % are expected to be bad', () => {
    expect([errors, p50, p95, p99, accuracy].map((lane) => lane.exact)).toEqual([false, true, false, false, true])
  })
})

describe('the weights of gates', () => {
  it('add up to one, whichever gates a plan has', () => {
    for (const some of [gates, gates.slice(0, 1), gates.slice(1)]) expect(gateWeights(some).reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  })
})

describe('what a step must prove', () => {
  const plan = { steps: [0, 500, 2_500, 10_000], waves: [] }

  it('looks at the share after the next step that sends any traffic, and at 100 % at the last', () => {
    expect(weightAt(plan, { wave: 0, step: 1 })).toBe(500)
    expect(nextShare(plan, { wave: 0, step: 1 })).toBe(0.25)
    expect(nextShare(plan, { wave: 0, step: 3 })).toBe(1)
    expect(nextShare(plan, { wave: 0, step: null })).toBe(0.05)
  })

  it('goes by the steps of its own wave, and of the plan where it has none', () => {
    const wave = { clusterId: 'c', cluster: 'c', replicas: 1 }
    const own = { steps: [500, 10_000], waves: [wave, { ...wave, steps: [100, 1_000, 10_000] }] }
    expect([weightAt(own, { wave: 0, step: 0 }), weightAt(own, { wave: 1, step: 0 })]).toEqual([500, 100])
    expect([nextShare(own, { wave: 0, step: 0 }), nextShare(own, { wave: 1, step: 0 })]).toEqual([1, 0.1])
  })

  it('keeps all traffic together within the plan, so that small steps allow more', () => {
    expect(limitRatio(errors, 0.25, 0.7)).toBeCloseTo(5, 12)
    expect(limitRatio(errors, 1, 0.7)).toBe(2)
    expect(limitRatio(p95, 1, 0.7)).toBe(1)
    expect(limitRatio(accuracy, 1, 0.7)).toBeLessThan(limitRatio(accuracy, 0.25, 0.7))
  })

  it('tolerates less than it allows', () => {
    for (const lane of [errors, accuracy]) expect(toleratedRatio(lane, 0.7)).toBeLessThan(limitRatio(lane, 1, 0.7))
  })

  it('never lets more than half of the requests fail as harmless', () => {
    expect(ceilingShare(gates[0] as Gate & { metric: 'errors' }, 0.4, 0.05)).toBe(0.5)
    expect(ceilingShare(gates[0] as Gate & { metric: 'errors' }, 0, 1)).toBeCloseTo(0.002, 12)
  })

  it('reads absolute gates as shares of bad', () => {
    const [objective, floor] = lanesOf({
      gates: [Gate.parse({ metric: 'objective', max: 0.05 }), Gate.parse({ metric: 'accuracy-floor', min: 0.7 })],
    })
    expect(fixedShare(objective)).toBe(0.05)
    expect(fixedShare(floor)).toBeCloseTo(0.3, 12)
  })
})
