import { expect, test } from 'vitest'
import { wrongWish } from './capacity'
import { returned } from './hand'
import { arm, wish } from './testing/wish'

const DIGEST = 'a'.repeat(64)
const arms = [arm(DIGEST, { weight: 9_000 }), arm(DIGEST, { role: 'candidate', number: 2, weight: 1_000 })]
const mirrored = wish(arms, { mirror: { versionId: arms[1].versionId, share: 1_000 } })

test('a return by hand takes every request and every copy from the other version', () => {
  const back = returned(mirrored, 1)
  expect(back?.arms.map(({ number, weight }) => [number, weight])).toEqual([
    [1, 10_000],
    [2, 0],
  ])
  expect(back).not.toHaveProperty('mirror')
})

test('copies are asked only for a candidate that is in the wish', () => {
  expect(wrongWish(mirrored)).toBeNull()
  expect(wrongWish({ ...mirrored, mirror: { versionId: arms[0].versionId, share: 1_000 } })).toMatch(/no candidate here/)
  expect(wrongWish({ ...mirrored, arms: [arm(DIGEST)] })).toMatch(/no candidate here/)
})
