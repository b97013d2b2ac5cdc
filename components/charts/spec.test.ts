import { expect, test } from 'vitest'
import { tickText } from './spec'

test('an axis of latencies says seconds from a second on, so that its labels stay on one line', () => {
  expect([0, 250, 1_000, 150_000].map((ms) => tickText(ms, 'ms'))).toEqual(['0', '250 ms', '1 s', '150 s'])
})
