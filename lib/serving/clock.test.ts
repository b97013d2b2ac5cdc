import { expect, test } from 'vitest'
import { timeOfId } from '@/lib/id'
import { CorrectedClock } from './clock'
import { mintRequestId } from './request-id'

function clock(start = 1_000_000) {
  const hand = { at: start }
  return { hand, it: new CorrectedClock(() => hand.at) }
}

test('before the first answer it is the system time; the first answer may move it either way', () => {
  for (const ahead of [600_000, -600_000]) {
    const { it } = clock()
    expect(it.now()).toBe(1_000_000)
    expect(it.learn({ sentAt: 1_000_000, receivedAt: 1_000_010, serverNow: 1_000_005 + ahead })).toBe(ahead)
    expect(it.now()).toBe(1_000_000 + ahead)
  }
})

test('it never goes backwards afterwards: a step back is a pause', () => {
  const { hand, it } = clock()
  it.learn({ sentAt: 1_000_000, receivedAt: 1_000_000, serverNow: 1_000_000 })
  hand.at = 1_001_000
  expect(it.now()).toBe(1_001_000)
  expect(it.learn({ sentAt: 1_001_000, receivedAt: 1_001_000, serverNow: 1_000_500 })).toBe(0)
  expect(it.now()).toBe(1_001_000)
  hand.at = 1_001_400
  expect(it.now()).toBe(1_001_000)
  hand.at = 1_001_700
  expect(it.now()).toBe(1_001_200)
})

test('a slow answer that agrees moves nothing', () => {
  const { it } = clock()
  it.learn({ sentAt: 1_000_000, receivedAt: 1_000_002, serverNow: 1_000_101 })
  it.learn({ sentAt: 1_000_000, receivedAt: 1_004_000, serverNow: 1_003_900 })
  expect(it.offsetMs).toBe(100)
})

test('request ids are UUIDv7 of their time, and do not repeat', () => {
  const ids = Array.from({ length: 5_000 }, () => mintRequestId(1_795_000_000_123))
  expect(new Set(ids).size).toBe(5_000)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(timeOfId(ids[0])).toBe(1_795_000_000_123)
})
