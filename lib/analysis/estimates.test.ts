import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { asymptoticRadius } from './asymp'
import { binomial, seeded } from './chance'
import { lseOf } from './definition.fixture'
import { phiHat, phiOfBuckets } from './dispersion'
import { empiricalBernstein, meanEvidence } from './empirical-bernstein'
import { mix } from './mix'
import { quantileCs } from './quantile'
import { trialsLogE } from './trials'

test('independent traffic has a dispersion near 1, clustered errors a large one', () => {
  const random = seeded(10)
  const even = Array.from({ length: 120 }, () => ({ x: binomial(random, 3000, 0.01), n: 3000 }))
  expect(phiHat(even)).toBeLessThan(1.4)
  expect(phiHat(even.map(({ x, n }) => ({ x: Math.floor(x / 7) * 7, n })))).toBeGreaterThan(phiHat(even))
  expect(phiHat(Array.from({ length: 120 }, (_, i) => ({ x: i % 2 ? 60 : 0, n: 3000 })))).toBeGreaterThan(20)
})

test('dispersion follows its formula, skips blocks without trials, and is 1 when nothing can be said', () => {
  const p = 9 / 60
  const pair = (a: number, b: number) => (b / 20 - a / 20) ** 2 / (p * (1 - p) * (2 / 20))
  const blocks = [
    { x: 1, n: 20 },
    { x: 8, n: 20 },
    { x: 0, n: 0 },
    { x: 0, n: 20 },
  ]
  expect(phiHat(blocks, 0)).toBeCloseTo(Math.max(1, pair(1, 8)), 12)
  expect(phiHat(blocks, 2)).toBeCloseTo(Math.max(1, (pair(1, 8) + 2) / 3), 12)
  for (const nothing of [
    [],
    [{ x: 0, n: 50 }],
    [
      { x: 50, n: 50 },
      { x: 50, n: 50 },
    ],
    [{ x: 0, n: 0 }],
  ])
    expect(phiHat(nothing)).toBe(1)
  expect(() => phiHat([{ x: Number.NaN, n: 1 }])).toThrow(RangeError)
})

test('empirical Bernstein follows its recurrence and brackets the mean', () => {
  const windows = [
    { n: 4, sum: 2.5, sumSquares: 1.7 },
    { n: 0, sum: 0, sumSquares: 0 },
    { n: 3, sum: 1.1, sumSquares: 0.6 },
  ]
  const V = 1.7 - 2 * 0.5 * 2.5 + 4 * 0.25 + (0.6 - 2 * 0.6 * 1.1 + 3 * 0.36)
  const result = empiricalBernstein(windows, 0.05, 0.4)
  const bets = Array.from({ length: 10 }, (_, k) => 2 ** -(k + 1))
  const expected = (gain: number) => lseOf(bets.map((l) => -Math.log(10) + l * gain - (-Math.log(1 - l) - l) * V))
  expect(result.V).toBeCloseTo(V, 12)
  expect(result.logEGt).toBeCloseTo(expected(3.6 - 7 * 0.4), 12)
  expect(result.logELt).toBeCloseTo(expected(7 - 3.6 - 7 * 0.6), 12)
  expect(empiricalBernstein([], 0.05, 0.4)).toMatchObject({ lower: 0, upper: 1, logEGt: expect.closeTo(0, 12) })
  for (const bad of [
    { n: 2, sum: 3, sumSquares: 1 },
    { n: 2, sum: 1, sumSquares: 1.5 },
    { n: 1, sum: Number.NaN, sumSquares: 0 },
  ])
    expect(() => empiricalBernstein([bad], 0.05, 0.5)).toThrow(RangeError)
})

test('edges of a mean lie where its evidence crosses the bar, around the mean', () => {
  const window = { n: 2000, sum: 1100, sumSquares: 800 }
  const state = empiricalBernstein([window], 0.05, 0.5)
  expect(state.lower).toBeLessThan(0.55)
  expect(state.upper).toBeGreaterThan(0.55)
  expect(meanEvidence(state, state.lower, 'gt')).toBeCloseTo(Math.log(20), 6)
  expect(meanEvidence(state, state.upper, 'lt')).toBeCloseTo(Math.log(20), 6)
})

test('a quantile band inverts the one-sample test at every edge', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 8 }), fc.constantFrom(0.1, 0.5, 0.95), (counts, p) => {
      const edges = counts.map((_, i) => i + 1)
      const total = counts.reduce((a, b) => a + b, 0)
      const cumulative = counts.map((_, i) => counts.slice(0, i + 1).reduce((a, b) => a + b, 0))
      const proven = (side: 'gt' | 'lt') => edges.filter((_, i) => trialsLogE(cumulative[i], total, p, side) >= Math.log(40))
      const expected = { lower: proven('lt').at(-1) ?? 0, upper: proven('gt').at(0) ?? Number.POSITIVE_INFINITY }
      expect(quantileCs(edges, counts, p, 0.05)).toEqual(expected)
    }),
    { numRuns: 40 },
  )
  expect(quantileCs([], [], 0.5, 0.05)).toEqual({ lower: 0, upper: Number.POSITIVE_INFINITY })
  expect(quantileCs([1, 2, 3, 4, 5], [100, 100, 100, 100, 100], 0.5, 0.05)).toEqual({ lower: 2, upper: 3 })
  expect(() => quantileCs([2, 1], [1, 1], 0.5, 0.05)).toThrow('must rise')
})

test('a mix lies between its parts, ignores weight 0 and refuses nonsense', () => {
  expect(mix([1e6, 5], [0, 1])).toBe(5)
  expect(mix([], [])).toBe(Number.NEGATIVE_INFINITY)
  expect(mix([Number.NEGATIVE_INFINITY, 2], [0.5, 0.5])).toBeCloseTo(2 + Math.log(0.5), 12)
  expect(mix([1e5, 1e5 - 1], [0.5, 0.5])).toBeCloseTo(1e5 + Math.log((1 + Math.exp(-1)) / 2), 6)
  for (const [logEs, weights] of [
    [[Number.NaN], [1]],
    [[1], [-1]],
    [[1], [Number.NaN]],
    [[1], []],
  ])
    expect(() => mix(logEs, weights)).toThrow(RangeError)
})

test('the asymptotic radius knows nothing without data and shrinks with it', () => {
  expect(asymptoticRadius(0, 1, 0.05, 0.1)).toBe(Number.POSITIVE_INFINITY)
  expect(asymptoticRadius(10_000, 1, 0.05, 0.01)).toBeLessThan(asymptoticRadius(100, 1, 0.05, 0.01))
  expect(() => asymptoticRadius(10, -1, 0.05, 0.1)).toThrow('variance')
})

test('dispersion between keys is near 1 where requests are facts of their own, and the size of a cluster where they hang together', () => {
  const random = seeded(11)
  const even = Array.from({ length: 32 }, () => ({ x: binomial(random, 400, 0.05), n: 400 }))
  expect(phiOfBuckets(even)).toBeLessThan(1.6)
  // Keys of 20 requests that all fail or all do not: each is one fact.
  const keyed = Array.from({ length: 32 }, () => ({ x: 20 * binomial(random, 20, 0.05), n: 400 }))
  expect(phiOfBuckets(keyed, 0)).toBeGreaterThan(12)
  expect(phiOfBuckets(keyed, 0)).toBeLessThan(35)
  expect(
    phiOfBuckets(
      [
        { x: 3, n: 10 },
        { x: 1, n: 10 },
        { x: 0, n: 0 },
      ],
      0,
    ),
  ).toBeCloseTo(Math.max(1, 2 / (10 * 0.2 * 0.8)), 12)
  for (const nothing of [[], [{ x: 0, n: 9 }], [{ x: 9, n: 9 }]]) expect(phiOfBuckets(nothing)).toBe(1)
})

test('dispersion between keys counts a bucket by its size: it is the variance of what an arm gets when whole buckets are dealt out, over that when requests are', () => {
  const random = seeded(12)
  const light = Array.from({ length: 31 }, () => ({ x: binomial(random, 750, 0.005), n: 750 }))
  const buckets = [{ x: 634, n: 6_750 }, ...light]
  const [hits, trials] = [buckets.reduce((sum, { x }) => sum + x, 0), buckets.reduce((sum, { n }) => sum + n, 0)]
  const p = hits / trials
  const deals = Array.from({ length: 4_000 }, () => buckets.reduce((sum, { x, n }) => sum + (random() < 0.25 ? x - n * p : 0), 0))
  const mean = deals.reduce((sum, deal) => sum + deal, 0) / deals.length
  const dealt = deals.reduce((sum, deal) => sum + (deal - mean) ** 2, 0) / deals.length
  const byRequest = 0.25 * 0.75 * trials * p * (1 - p)
  expect(phiOfBuckets(buckets, 0) / (dealt / byRequest)).toBeGreaterThan(0.9)
  expect(phiOfBuckets(buckets, 0) / (dealt / byRequest)).toBeLessThan(1.15)
})
