import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WishArm } from '@/lib/endpoints/wish'
import { blockedArms, replicasFor } from './capacity'
import { arm, wish } from './testing/wish'

const DIGEST = 'a'.repeat(64)
const live = (weight: number, replicas: number): WishArm =>
  arm(DIGEST, { versionId: '00000000-0000-4000-8000-000000000001', weight, replicas })
const next = (weight: number, replicas: number): WishArm =>
  arm(DIGEST, { versionId: '00000000-0000-4000-8000-000000000002', role: 'candidate', number: 2, weight, replicas })

test('a share asks for its part of the replicas: one at least, all of them for all traffic', () => {
  expect([500, 5_000, 5_001, 10_000].map((weight) => replicasFor({ weight, replicas: 4 }))).toEqual([1, 2, 3, 4])
  expect(replicasFor({ weight: 0, replicas: 4 })).toBe(0)
})

test('no arm gains a share that is larger than the part of its replicas that is ready', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 10_000 }), fc.nat(16), (replicas, weight, ready) => {
      const [before, after] = [
        wish([live(10_000, replicas), next(0, replicas)]),
        wish([live(10_000 - weight, replicas), next(weight, replicas)]),
      ]
      const blocked = blockedArms(before, after, (one) => (one.role === 'candidate' ? Math.min(ready, replicas) : replicas)).length > 0
      if (!blocked) expect(Math.min(ready, replicas) / replicas).toBeGreaterThanOrEqual(weight / 10_000 - 1e-9)
    }),
  )
})

test('an arm that loses weight is never waited for', () => {
  expect(blockedArms(wish([live(5_000, 2), next(5_000, 2)]), wish([live(10_000, 2), next(0, 2)]), () => 0)).toEqual([])
})
