import { describe, expect, it } from 'vitest'
import { qualityOf, quantileOf } from './measure'

describe('qualityOf', () => {
  it('measures accuracy, AUC, Brier and cost by hand-checked numbers', () => {
    const quality = qualityOf([0.9, 0.6, 0.3, 0.1], [1, 0, 1, 0], 0.25)
    expect(quality).toMatchObject({ n: 4, positives: 2, accuracy: 0.75, auc: 0.75 })
    expect(quality?.brier).toBeCloseTo((0.01 + 0.36 + 0.49 + 0.01) / 4, 12)
    // One false alarm in four rows, at a price of one.
    expect(quality?.cost).toBeCloseTo(250, 9)
  })

  it('prices a miss at (1 - t) / t false alarms', () => {
    expect(qualityOf([0.1, 0.1], [1, 0], 0.25)?.cost).toBeCloseTo(1_500, 9)
  })

  it('leaves out rows without a score or label, and says nothing of what cannot be known', () => {
    expect(qualityOf([null, 0.5], [1, null], 0.5)).toBeNull()
    expect(qualityOf([0.5, 0.6], [1, 1], null)).toMatchObject({ n: 2, accuracy: null, auc: null, cost: null })
    expect(qualityOf([7, -3], [1, 0], 0)).toMatchObject({ brier: null, auc: 1 })
  })
})

it('quantileOf is the nearest rank, and null of nothing', () => {
  expect(quantileOf([3, 1, 2], 0.5)).toBe(2)
  expect(quantileOf([3, 1, 2], 0.95)).toBe(3)
  expect(quantileOf([], 0.5)).toBeNull()
})
