import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { accuracy, auc, brier, costPerThousand, oddsRatioOfDrop } from './classification'

const histogram = fc.array(fc.record({ positive: fc.nat(20), negative: fc.nat(20) }), { minLength: 1, maxLength: 8 })

test('AUC is the share of pairs ranked right, ties in a bin counting half', () => {
  fc.assert(
    fc.property(histogram, (bins) => {
      let [wins, pairs] = [0, 0]
      bins.forEach((a, i) => {
        bins.forEach((b, k) => {
          pairs += a.positive * b.negative
          wins += a.positive * b.negative * (i > k ? 1 : i === k ? 0.5 : 0)
        })
      })
      const value = auc(
        bins.map((bin) => bin.positive),
        bins.map((bin) => bin.negative),
      )
      if (pairs === 0) expect(value).toBeNull()
      else expect(value).toBeCloseTo(wins / pairs, 12)
    }),
  )
  expect(auc([0, 5], [5, 0])).toBe(1)
  expect(auc([5, 0], [0, 5])).toBe(0)
  expect(() => auc([1], [1, 2])).toThrow('differ in length')
  expect(() => auc([Number.NaN], [1])).toThrow(RangeError)
})

test('the Brier score from sums is the mean squared error', () => {
  const rows = [
    { score: 0.9, label: 1 },
    { score: 0.2, label: 0 },
    { score: 0.6, label: 0 },
    { score: 0.1, label: 1 },
  ]
  const mean = rows.reduce((sum, { score, label }) => sum + (score - label) ** 2, 0) / rows.length
  expect(brier({ n: 4, positives: 2, scoreSquares: 0.81 + 0.04 + 0.36 + 0.01, positiveScores: 1.0 })).toBeCloseTo(mean, 12)
  expect(brier({ n: 0, positives: 0, scoreSquares: 0, positiveScores: 0 })).toBeNull()
})

test('accuracy and cost count what they say; without labels both are null', () => {
  const confusion = { truePositive: 10, falsePositive: 30, trueNegative: 150, falseNegative: 10 }
  expect(accuracy(confusion)).toEqual({ right: 160, wrong: 40, n: 200, accuracy: 0.8 })
  expect(costPerThousand(confusion, { missed: 3, falseAlarm: 1 })).toBe(300)
  const none = { truePositive: 0, falsePositive: 0, trueNegative: 0, falseNegative: 0 }
  expect(accuracy(none).accuracy).toBeNull()
  expect(costPerThousand(none, { missed: 3, falseAlarm: 1 })).toBeNull()
  expect(() => accuracy({ ...none, falsePositive: -1 })).toThrow(RangeError)
})

test('a drop of points as odds of being wrong: rising, 1 for none, at most 64', () => {
  expect(oddsRatioOfDrop(0.9, 2)).toBeCloseTo(0.12 / 0.88 / (0.1 / 0.9), 12)
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 50, noNaN: true }), (stable, points) => {
      const ratio = oddsRatioOfDrop(stable, points)
      expect(ratio).toBeGreaterThanOrEqual(1 - 1e-12)
      expect(ratio).toBeLessThanOrEqual(64)
      expect(oddsRatioOfDrop(stable, points + 1)).toBeGreaterThanOrEqual(ratio)
    }),
  )
  expect(oddsRatioOfDrop(1, 2)).toBe(64)
  expect(oddsRatioOfDrop(0.7, 0)).toBe(1)
  expect(() => oddsRatioOfDrop(Number.NaN, 2)).toThrow('accuracy')
})
