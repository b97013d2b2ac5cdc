import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seeded } from './chance'
import { offWeight } from './weight'

test('nothing counted contradicts no weight', () => {
  for (const weight of [0, 0.25, 1]) expect(offWeight(0, 0, weight)).toBeNull()
})

test('a share far from its weight is called off, by its side, and one within a tenth of the odds never is', () => {
  expect(offWeight(3_060, 12_310, 0.25)).toBeNull()
  expect(offWeight(1_000, 12_310, 0.25)).toBe('less')
  expect(offWeight(6_000, 12_310, 0.25)).toBe('more')
  expect(offWeight(260_000, 1_000_000, 0.25)).toBeNull()
  expect(offWeight(2, 8, 0.5)).toBeNull()
})

test('a version with weight 0 that answers, and one with all of it that does not get all, are called off', () => {
  expect(offWeight(0, 100_000, 0)).toBeNull()
  expect(offWeight(100_000, 100_000, 1)).toBeNull()
  expect(offWeight(3, 100_000, 0)).toBeNull()
  expect(offWeight(500, 10_000, 0)).toBe('more')
  expect(offWeight(9_500, 10_000, 1)).toBe('less')
})

test('an honest router is not called off in 200 long runs, looked at after every thousand requests', () => {
  const random = seeded(21)
  const alarms = [0.01, 0.05, 0.25, 0.5].flatMap((weight) =>
    Array.from({ length: 50 }, () => {
      let x = 0
      for (let n = 1; n <= 20_000; n += 1) {
        if (random() < weight) x += 1
        if (n % 1_000 === 0 && offWeight(x, n, weight)) return 1
      }
      return 0
    }),
  )
  expect(alarms.reduce<number>((sum, one) => sum + one, 0)).toBe(0)
})

test('what one version gets too much of, the other gets too little of', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50_000 }),
      fc.integer({ min: 0, max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, w, part) => {
        const x = Math.round(n * part)
        const mirror = { more: 'less', less: 'more' } as const
        const off = offWeight(x, n, w / 100)
        expect(offWeight(n - x, n, (100 - w) / 100)).toBe(off && mirror[off])
      },
    ),
  )
})
