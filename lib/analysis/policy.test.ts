import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { cappedStageLimit, decide, type MetricEvidence, rollbackLogE, safeLogE, stageLimit } from './policy'
import { trialsLogE } from './trials'

const metric = (part: Partial<MetricEvidence>): MetricEvidence => ({
  name: 'errors',
  weight: 1,
  logE: 0,
  logEJack: 0,
  logESafe: 0,
  ready: true,
  ...part,
})
const never = () => {
  throw new Error('leave-one-block-out was computed below the bar')
}

test('a limit of 2 is 21, 5, 3 and 2 at steps of 5, 25, 50 and 100 %, and at most 64 for the judge', () => {
  expect([0.05, 0.25, 0.5, 1].map((share) => stageLimit(2, share))).toEqual([21, 5, 3, 2])
  expect(stageLimit(2, 0.001)).toBeCloseTo(1001, 9)
  expect(cappedStageLimit(2, 0.001)).toBe(64)
  for (const share of [0, 1.01, Number.NaN]) expect(() => stageLimit(2, share)).toThrow('nextShare')
})

test('the floor can only hold a rollback back; at the ceiling safety is proven without a ratio', () => {
  expect(rollbackLogE(5, 3, 10_000)).toBe(5)
  expect(rollbackLogE(5, 0, 0, 0.001)).toBe(0)
  expect(rollbackLogE(5, 300, 10_000, 0.001)).toBe(5)
  expect(safeLogE(0, 0, 5000, 0.01)).toBeCloseTo(Math.log((1 + Math.exp(trialsLogE(0, 5000, 0.01, 'lt'))) / 2), 9)
  expect(safeLogE(0, 0, 5000, 0.01)).toBeGreaterThan(Math.log(20))
  expect(safeLogE(1, 9, 10)).toBe(1)
  expect(() => rollbackLogE(Number.NaN, 1, 2, 0.1)).toThrow('logERatio')
})

test('the bar itself fires, a hair below does not, and only then leave-one-block-out is asked', () => {
  const bar = Math.log(20)
  expect(decide([metric({ logE: bar, logEJack: () => bar / 2 })])).toEqual({ action: 'rollback', blamed: 'errors', total: bar })
  expect(decide([metric({ logE: bar - 1e-9, logEJack: never })]).action).toBe('continue')
  expect(decide([metric({ logE: bar, logEJack: () => bar / 2 - 1e-9 })]).action).toBe('continue')
})

test('harm beats safety; nothing advances unready, unproven or without any metric', () => {
  expect(decide([metric({ logE: 9, logEJack: 9, logESafe: 9 })]).action).toBe('rollback')
  expect(decide([metric({ logESafe: 3 })]).action).toBe('advance')
  expect(decide([metric({ logESafe: 3 }), metric({ weight: 0, logESafe: 2.9 })]).action).toBe('continue')
  expect(decide([metric({ logESafe: 30, ready: false })]).action).toBe('continue')
  expect(decide([])).toEqual({ action: 'continue', blamed: null, total: Number.NEGATIVE_INFINITY })
  expect(() => decide([metric({ logE: Number.NaN })])).toThrow('NaN')
  expect(() => decide([metric({ logESafe: Number.NaN })])).toThrow('NaN')
})

test('a rollback blames the metric with the largest weighted evidence', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ weight: fc.double({ min: 0.01, max: 1, noNaN: true }), logE: fc.double({ min: -5, max: 50, noNaN: true }) }), {
        minLength: 1,
        maxLength: 5,
      }),
      (parts) => {
        const metrics = parts.map((part, i) => metric({ ...part, name: `m${i}`, logEJack: part.logE }))
        const { action, blamed } = decide(metrics)
        const shares = parts.map((part) => Math.log(part.weight) + part.logE)
        if (action === 'rollback') expect(blamed).toBe(`m${shares.indexOf(Math.max(...shares))}`)
        else expect(blamed).toBeNull()
      },
    ),
  )
})
