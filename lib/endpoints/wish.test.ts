import { expect, test } from 'vitest'
import { composeWish } from './compose'
import { Wish } from './wish'
import { wishHash } from './wish-hash'

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
const version = (n: number) => ({ versionId: id(n), number: n, digest: 'a'.repeat(64), threshold: null, baseline: null })
const versions = new Map([1, 2].map((n) => [id(n), version(n)]))
const parts = { endpointId: id(9), environment: 'prod', model: 'delay', keys: [], labelRate: 1, salt: 's' }
const live = { role: 'live', versionId: id(1), weight: 9_500, replicas: 1 } as const
const candidate = { role: 'candidate', versionId: id(2), weight: 500, replicas: 1 } as const

test('a wish without a mirror has no word of it, and the hash of before', () => {
  const wish = composeWish(parts, [live, candidate], versions)
  expect(JSON.stringify(Wish.parse(wish))).not.toContain('mirror')
  expect(wishHash(Wish.parse(wish))).toBe('e069b5faeeb6325365dacc840ea2b1556f8205255c80119a46db423cd4a9a409')
})

test('a mirror is part of what is wished, and leaves the weights as they are', () => {
  const plain = composeWish(parts, [live, candidate], versions)
  const wish = composeWish(parts, [live, { ...candidate, mirror: 1_000 }], versions)
  expect(wish).toEqual({ ...plain, mirror: { versionId: id(2), share: 1_000 } })
  expect(wishHash(wish)).not.toBe(wishHash(plain))
})
