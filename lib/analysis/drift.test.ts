import { expect, test } from 'vitest'
import { binomial, seeded } from './chance'
import { chiSquareHomogeneity, chiSquareTail } from './chi-square'
import { logEOf, lseOf } from './definition.fixture'
import { debiasedPsi, driftFromBaseline, jensenShannon } from './divergence'
import { addDriftWindow, createDrift, driftEvidence, driftLogE } from './drift'
import { ksPsi, ksRadius } from './kolmogorov'

/** n values over ten bins with the given odds per bin. */
function histogram(random: () => number, n: number, weights: readonly number[]): number[] {
  let [left, weight] = [n, weights.reduce((a, b) => a + b, 0)]
  return weights.map((own) => {
    const hits = weight > own ? binomial(random, left, own / weight) : left
    left -= hits
    weight -= own
    return hits
  })
}
const EVEN = Array.from({ length: 10 }, () => 1)
const TILTED = EVEN.map((_, b) => 1 + b / 5)

test('drift is the equal mix of every bin against the rest, both ways, over any windows', () => {
  const windows: [number[], number[]][] = [
    [
      [3, 0, 9],
      [20, 31, 40],
    ],
    [
      [0, 0, 0],
      [5, 5, 5],
    ],
    [
      [7, 2, 1],
      [30, 30, 39],
    ],
  ]
  const logEs = [0, 1, 2].flatMap((b) => {
    const sum = (counts: number[]) => counts.reduce((x, y) => x + y, 0)
    const rows = windows.map(([c, s]) => ({ xC: c[b], nC: sum(c), xS: s[b], nS: sum(s) }))
    return [logEOf(rows, 1.1, 'gt', { exact: true }), logEOf(rows, 1 / 1.1, 'lt', { exact: true })]
  })
  expect(driftLogE(windows, 1.1)).toBeCloseTo(lseOf(logEs) - Math.log(6), 9)
  expect(driftLogE([], 1.1)).toBe(0)
  expect(driftLogE([[[5], [9]]], 1.1)).toBe(0)
})

test('random routing does not fire in 60 windows, a candidate that gets other inputs does', () => {
  const random = seeded(8)
  const fires = (weights: number[]) => {
    const drift = createDrift(10)
    for (let i = 0; i < 60; i += 1) addDriftWindow(drift, histogram(random, 100, weights), histogram(random, 400, EVEN))
    return driftEvidence(drift) >= Math.log(20)
  }
  const runs = Array.from({ length: 15 }, () => fires(EVEN))
  expect(runs.filter(Boolean).length).toBeLessThanOrEqual(1)
  expect(fires(TILTED)).toBe(true)
})

test('debiased PSI is near 0 without drift where the raw index is not, and sees real drift', () => {
  const random = seeded(9)
  const pairs = Array.from({ length: 40 }, () => debiasedPsi(histogram(random, 150, EVEN), histogram(random, 200, EVEN)))
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  expect(mean(pairs.map((pair) => pair.psi))).toBeGreaterThan(0.06)
  expect(mean(pairs.map((pair) => pair.psiDebiased))).toBeLessThan(0.04)
  expect(debiasedPsi([100, 300], [300, 100], 0).psi).toBeCloseTo(2 * 0.5 * Math.log(3), 12)
  expect(debiasedPsi([0, 5], [5, 5], 0).psi).toBe(Number.POSITIVE_INFINITY)
  expect(debiasedPsi([0, 0], [5, 5], 0)).toEqual({ psi: 0, psiDebiased: 0 })
})

test('the chi-square tail is right near and far out', () => {
  for (const x of [0.1, 1, 5, 40, 900]) expect(chiSquareTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 12)
  for (const x of [0.5, 7, 60]) expect(chiSquareTail(x, 4) / (Math.exp(-x / 2) * (1 + x / 2))).toBeCloseTo(1, 12)
  expect(chiSquareTail(3.841458820694124, 1)).toBeCloseTo(0.05, 12)
  expect(chiSquareTail(300, 19) / 2.0e-52).toBeCloseTo(1, 1)
  expect(chiSquareTail(0, 3)).toBe(1)
  expect(chiSquareHomogeneity([10, 20, 0], [20, 40, 0])).toEqual({ statistic: 0, df: 1, p: 1 })
  expect(chiSquareHomogeneity([30, 10], [10, 30]).statistic).toBeCloseTo(20, 12)
})

test('Jensen-Shannon is 0 for equal, 1 bit for disjoint shares, symmetric', () => {
  expect(jensenShannon([1, 2, 3], [10, 20, 30])).toBeCloseTo(0, 12)
  expect(jensenShannon([5, 0], [0, 9])).toBe(1)
  expect(jensenShannon([7, 1], [3, 4])).toBeCloseTo(jensenShannon([3, 4], [7, 1]), 15)
})

test('drift from a baseline says whether there is enough data', () => {
  const many = Array.from({ length: 10 }, () => 1000)
  expect(driftFromBaseline([1, 0, 2, 1, 1, 0, 0, 2, 1, 1], many)).toMatchObject({ n: 9, enough: false })
  const same = driftFromBaseline(many, many)
  expect(same).toMatchObject({ psi: 0, psiDebiased: 0, js: 0, p: 1, enough: true })
  expect(() => driftFromBaseline([1], many)).toThrow('same bins')
  expect(() => driftFromBaseline([Number.NaN], [1])).toThrow('bin count')
})

test('the KS band holds the true difference, and an empty arm knows nothing', () => {
  const result = ksPsi([100, 300], [300, 100], 0.05)
  expect(result.d).toBe(0.5)
  const radius = 2 * ksRadius(400, 0.025)
  expect([result.lower, result.upper]).toEqual([0.5 - radius, 0.5 + radius])
  expect(ksPsi([0, 0], [3, 4], 0.05)).toMatchObject({ d: 0, lower: 0, upper: 1 })
  expect([ksRadius(0, 0.05), ksRadius(1, 0.05)]).toEqual([1, 1])
  expect(() => ksRadius(Number.NaN, 0.05)).toThrow(RangeError)
})
