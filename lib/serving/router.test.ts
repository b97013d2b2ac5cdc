import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign, createTable, type RoutingTable } from './router'

const WISH = { endpointId: 'e', generation: 7, salt: 'rollout-1', labelRate: 0.5 }

function table(candidate: number, salt = WISH.salt): RoutingTable<null> {
  return createTable({ ...WISH, salt }, [
    { role: 'live', versionId: 'a', number: 1, weight: 10_000 - candidate, servers: null },
    { role: 'candidate', versionId: 'b', number: 2, weight: candidate, servers: null },
  ])
}

const isCandidate = (of: RoutingTable<null>, key: string) => assign(of, key, undefined)?.arm.role === 'candidate'

test('the share of sequential keys is the weight, for every salt', () => {
  let candidates = 0
  for (let salt = 0; salt < 20; salt += 1) {
    const of = table(1_000, `salt-${salt}`)
    for (let key = 0; key < 10_000; key += 1) if (isCandidate(of, `user-${key}`)) candidates += 1
  }
  // 200,000 draws at 10 %: a standard deviation is 134, and the salts are fixed.
  expect(Math.abs(candidates - 20_000)).toBeLessThan(4 * 134)
})

test('two rollouts with their own salts share no more keys than chance', () => {
  const [one, two] = [table(1_000, 'rollout-1'), table(1_000, 'rollout-2')]
  const keys = Array.from({ length: 50_000 }, (_, i) => `user-${i}`)
  const first = keys.filter((key) => isCandidate(one, key))
  const both = first.filter((key) => isCandidate(two, key)).length
  expect(both / first.length).toBeGreaterThan(0.08)
  expect(both / first.length).toBeLessThan(0.12)
})

test('raising the candidate moves no key back; every key has an arm; a weight of 0 or all is exact', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 10_000 }), (key, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)]
      expect(assign(table(low), key, undefined)).not.toBeNull()
      if (isCandidate(table(low), key)) expect(isCandidate(table(high), key)).toBe(true)
      expect(isCandidate(table(0), key)).toBe(false)
      expect(isCandidate(table(10_000), key)).toBe(true)
    }),
  )
})

test('a pin leads to its arm with the role pinned, at any weight; an arm that is not there is nobody', () => {
  expect(assign(table(0), 'k', 'candidate')).toMatchObject({
    arm: { number: 2 },
    series: { role: 'pinned', versionId: 'b', generation: 7 },
  })
  expect(assign(createTable(WISH, []), undefined, 'live')).toBeNull()
  expect(assign(createTable(WISH, []), undefined, undefined)).toBeNull()
})

test('without a key the arm is drawn: the candidate has the low end', () => {
  expect(assign(table(500), undefined, undefined, () => 0.0499)?.arm.role).toBe('candidate')
  expect(assign(table(500), undefined, undefined, () => 0.05)?.arm.role).toBe('live')
  expect(assign(table(500), undefined, undefined, () => 1 - Number.EPSILON)?.arm.role).toBe('live')
})
