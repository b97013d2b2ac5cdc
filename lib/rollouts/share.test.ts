import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countedShare } from './share'

test('nothing counted is no share, not zero', () => {
  expect(countedShare(0, 0)).toBeNull()
})

test("a share's interval holds it, within 0 and 1", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e7 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, part) => {
      const counted = countedShare(Math.round(n * part), n)
      expect(counted).not.toBeNull()
      if (!counted) return
      expect(counted.low).toBeLessThanOrEqual(counted.share)
      expect(counted.high).toBeGreaterThanOrEqual(counted.share)
      expect(counted.low).toBeGreaterThanOrEqual(0)
      expect(counted.high).toBeLessThanOrEqual(1)
    }),
  )
})

test('the interval is the published one: 5 of 10 gives 23.7 % to 76.3 %', () => {
  const counted = countedShare(5, 10)
  expect(counted?.low).toBeCloseTo(0.2366, 3)
  expect(counted?.high).toBeCloseTo(0.7634, 3)
})
