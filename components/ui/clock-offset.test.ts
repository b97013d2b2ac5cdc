import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clockOffset } from './clock-offset'

const MINUTE_MS = 60_000
const askedAt = 1_000_000_000

test('a page that is slow to come, or to be drawn, is no wrong clock, so that what is past is not read as in the future', () => {
  const slow = fc.nat(MINUTE_MS)
  fc.assert(
    fc.property(slow, slow, (before, after) => {
      const serverNow = askedAt + before
      expect(clockOffset(serverNow, { askedAt, answeredAt: serverNow + after })).toBe(0)
    }),
  )
})

test('a clock that is wrong is put right, to within the time that the answer took', () => {
  const wrong = fc.integer({ min: -600 * MINUTE_MS, max: 600 * MINUTE_MS })
  fc.assert(
    fc.property(wrong, fc.nat(2_000), fc.nat(2_000), (ahead, before, after) => {
      const offset = clockOffset(askedAt + before - ahead, { askedAt, answeredAt: askedAt + before + after })
      expect(Math.abs(offset + ahead)).toBeLessThanOrEqual(Math.max(before + after, 1_500))
    }),
  )
})
