import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { accuracyPower, klCoin, oneSampleRate, outlook, ratioPower, twoSampleRate } from './power'

const gate = { share: 0.1, stableRate: 0.005, tolerance: 1.2, limit: 2, regression: 4, alpha: 0.05, alphaSafe: 0.05, within: 600 }

test('expected seconds lie near the simulated medians for errors from 0.5 to 2 %', () => {
  for (const [requestsPerSecond, share, median] of [
    [50, 0.05, 170],
    [50, 0.1, 95],
    [50, 0.25, 50],
    [500, 0.01, 80],
  ]) {
    const { seconds } = ratioPower({ ...gate, requestsPerSecond, share }).rollback
    expect(seconds / median).toBeGreaterThan(0.6)
    expect(seconds / median).toBeLessThan(1.6)
  }
})

test('1 % of 50 requests/s cannot decide in ten minutes, 25 % can; no traffic never does', () => {
  const at = (requestsPerSecond: number, share: number) => ratioPower({ ...gate, requestsPerSecond, share, regression: 2 }).rollback
  expect(at(50, 0.01).decides).toBe(false)
  expect(at(500, 0.25).decides).toBe(true)
  for (const outlooks of [at(0, 0.1), at(50, 0), at(50, 1)]) expect(outlooks).toEqual({ seconds: Number.POSITIVE_INFINITY, decides: false })
})

test('a regression within the tolerance, or a limit of 1, is never promised a verdict', () => {
  const { rollback, safe } = ratioPower({ ...gate, requestsPerSecond: 500, regression: 1.1, limit: 1 })
  expect([rollback.seconds, safe.seconds]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
})

test('more labels, larger drops and more of both arms decide sooner', () => {
  const base = {
    labelsPerSecond: 20,
    share: 0.25,
    accuracy: 0.72,
    tolerancePoints: 0.5,
    limitPoints: 2,
    regressionPoints: 22,
    alpha: 0.05,
    alphaSafe: 0.05,
    within: 600,
  }
  const { rollback, safe } = accuracyPower(base)
  expect(rollback.decides).toBe(true)
  expect(rollback.seconds).toBeLessThan(60)
  expect(safe.seconds).toBeGreaterThan(rollback.seconds)
  expect(accuracyPower({ ...base, labelsPerSecond: 40 }).rollback.seconds).toBeCloseTo(rollback.seconds / 2, 9)
  expect(accuracyPower({ ...base, regressionPoints: 5 }).rollback.seconds).toBeGreaterThan(rollback.seconds)
  expect(accuracyPower({ ...base, weight: 0.15 }).rollback.seconds).toBeGreaterThan(rollback.seconds)
})

test('rates are never negative nor NaN, evidence at hand shortens the wait to nothing', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const ratio = fc.double({ min: 0.05, max: 64, noNaN: true })
  fc.assert(
    fc.property(share, share, ratio, ratio, fc.boolean(), (w, stableRate, truth, psi0, exact) => {
      expect(twoSampleRate({ requestsPerSecond: 50, share: w, stableRate, ratio: truth, psi0, exact })).toBeGreaterThanOrEqual(0)
    }),
  )
  const direct = 50 * (0.1 * 0.02 + 0.9 * 0.005) * klCoin(0.4 / 1.3, 0.12 / 1.02)
  expect(twoSampleRate({ requestsPerSecond: 50, share: 0.1, stableRate: 0.005, ratio: 4, psi0: 1.2 })).toBeCloseTo(direct, 12)
  expect(outlook(0.1, { alpha: 0.05, within: 60, have: 3 })).toEqual({ seconds: 0, decides: true })
  expect(oneSampleRate(10, 0.02, 0.01)).toBeCloseTo(10 * klCoin(0.02, 0.01), 12)
  expect(() => outlook(Number.NaN, { alpha: 0.05, within: 60 })).toThrow('natsPerSecond')
  expect(() => twoSampleRate({ requestsPerSecond: -1, share: 0.1, stableRate: 0.1, ratio: 2, psi0: 1 })).toThrow(RangeError)
})
