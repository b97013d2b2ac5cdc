import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wishHash } from '@/lib/endpoints/wish-hash'
import { blockedNow, EndpointRecord, removedRecord, standing, taken } from './record'
import { armOf, wishOf } from './render/wish.fixture'

const NOW = { blocked: false, at: 1_000 }
const both = (live: number) => [armOf(1, { weight: live }), armOf(2, { weight: 10_000 - live })]

test.each([
  ['a lower fence', { fence: 1, generation: 9 }, 'stale'],
  ['the same fence and a lower generation', { fence: 2, generation: 4 }, 'stale'],
  ['a higher fence and a lower generation', { fence: 3, generation: 1 }, 'later'],
  ['a higher generation', { fence: 2, generation: 6 }, 'later'],
  ['the same pair and body', { fence: 2, generation: 5 }, 'same'],
  ['the same pair and another body', { fence: 2, generation: 5, hash: 'other' }, 'conflict'],
  ['a removal under the same pair', { fence: 2, generation: 5, removed: true }, 'conflict'],
])('%s is %s', (_what, over, kind) => {
  const there = { fence: 2, generation: 5, hash: 'body', removed: false }
  expect(standing(there, { ...there, ...over }).kind).toBe(kind)
  expect(standing(null, { ...there, ...over }).kind).toBe('later')
})

test('a wish that waits for capacity is held, and routed by the one before; the next turn moves on', () => {
  const first = taken(null, wishOf(), NOW)
  const wish = wishOf({ generation: 2, arms: both(9_500) })
  const waiting = taken(first, wish, { ...NOW, blocked: true, at: 2_000 })
  expect(waiting).toMatchObject({ held: { generation: 2 }, routed: { generation: 1, at: 1_000 } })
  const moved = taken(waiting, wish, { ...NOW, at: 3_000 })
  expect(moved).toMatchObject({ routed: { generation: 2, at: 3_000, hash: wishHash(wish) } })
  expect(taken(moved, wish, { ...NOW, at: 4_000 })).toEqual(moved)
})

test('an arm gets weight only with ready replicas of its very config; one that had weight keeps it', () => {
  const { routed } = taken(null, wishOf(), NOW)
  const wish = wishOf({ generation: 2, arms: both(5_000) })
  expect(blockedNow(routed, wish, () => 0)).toBe(true)
  expect(blockedNow(routed, wish, (arm) => (arm.number === 2 ? 1 : 0))).toBe(false)
  const retuned = wishOf({ generation: 2, arms: [armOf(1, { threshold: 0.9 })] })
  expect(blockedNow(routed, retuned, () => 0)).toBe(true)
  expect(blockedNow(routed, wishOf({ generation: 2 }), () => 0)).toBe(false)
})

test('a removed endpoint remembers who removed it, again and again the same, and where it was never known too', () => {
  const key = { endpointId: wishOf().endpointId, fence: 4, generation: 4 }
  const gone = removedRecord(taken(null, wishOf(), NOW), key, 5_000)
  expect(gone).toMatchObject({
    model: 'fraud',
    held: { fence: 4, generation: 4, removed: true, arms: [] },
    routed: { at: 5_000, arms: [] },
  })
  expect(removedRecord(gone, key, 6_000)).toEqual(gone)
  expect(removedRecord(null, key, 1).held).toEqual(gone.held)
})

test('a record is read back as it was written, and stays small whatever bins and keys a wish has', () => {
  const edges = Array.from({ length: 198 }, (_, i) => i)
  const features = Array.from({ length: 200 }, (_, i) => ({ name: `f${i}`, edges }))
  fc.assert(
    fc.property(fc.array(fc.uuid(), { maxLength: 50 }), fc.integer({ min: 0, max: 10_000 }), (ids, live) => {
      const arms = both(live).map((arm) => ({ ...arm, baseline: { id: arm.versionId, features, score: null } }))
      const record = taken(null, wishOf({ arms, keys: ids.map((id) => ({ id, hash: id, expiresAt: null })) }), NOW)
      const text = JSON.stringify(record)
      expect(EndpointRecord.parse(JSON.parse(text))).toEqual(record)
      expect(text.length).toBeLessThan(4_000)
    }),
    { numRuns: 20 },
  )
})
