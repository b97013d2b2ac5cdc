import { expect, test } from 'vitest'
import { createTable } from './router'
import { seenOf, withObserved } from './seen'
import { WindowBook } from './window-book'

const observe = {
  key: 'k1',
  features: [{ name: 'hour', edges: [12] }],
  segments: [
    { id: 1, name: 'vip', minRequests: 1 },
    { id: 2, name: 'night', feature: 'hour', to: 6, minRequests: 1 },
  ],
}
const arms = [{ role: 'live' as const, versionId: 'v1', number: 1, weight: 10_000, servers: null }]
const wish = { endpointId: 'e', generation: 7, salt: 's', labelRate: 1 }
const plain = createTable(wish, arms).arms[0]
const watched = createTable({ ...wish, observe }, arms).arms[0]

test('a request without a key, where nothing is declared, is not looked at', () => {
  expect(seenOf(plain.series, undefined, 'vip')).toBeNull()
  expect(seenOf(watched.pinned, 'user', 'vip')).toBeNull()
  expect(withObserved(plain.series, seenOf(plain.series, 'user', undefined), 'k1;1;2')).toMatchObject({ segment: null, bins: null })
})

test('the segment that the header names goes before the one that the body is in; a name that is not declared is none', () => {
  const named = seenOf(watched.series, undefined, 'vip')
  expect(withObserved(watched.series, named, 'k1;2;1')).toMatchObject({ segment: { segment: 1 }, bins: [1] })
  expect(withObserved(watched.series, seenOf(watched.series, undefined, 'night'), 'k1;2;1')).toMatchObject({ segment: { segment: 2 } })
  expect(seenOf(watched.series, undefined, 'nobody')?.segment).toBeNull()
})

test('what a server tells by another rollout’s key, or that it cannot tell, is not counted', () => {
  const seen = seenOf(watched.series, undefined, undefined)
  expect(withObserved(watched.series, seen, 'k0;2;1')).toMatchObject({ segment: null, bins: null })
  expect(withObserved(watched.series, seen, null)).toMatchObject({ segment: null, bins: null })
  const book = new WindowBook()
  const window = book.count(watched.series, 1_000, 'good', 1, false)
  for (const bins of [[1], [2], [-1], [9]]) if (watched.series.observed) window.countBins(watched.series.observed, bins)
  expect(window.row().bins).toEqual([0, 1, 1])
})

test('an older window that is folded brings its bins and keys along', () => {
  const book = new WindowBook()
  const [older, later] = [1_000, 9_000].map((at) => book.count(watched.series, at, 'good', 1, false))
  if (watched.series.observed) older.countBins(watched.series.observed, [1])
  older.countKey(3, true)
  later.absorb(older)
  expect(later.row()).toMatchObject({ n: 2, bins: [0, 1, 0] })
  expect([later.row().keys?.[3], later.row().keys?.[35]]).toEqual([1, 1])
})
