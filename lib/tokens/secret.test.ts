import fc from 'fast-check'
import { expect, it } from 'vitest'
import { makeToken, sameHash, tokenFrom, tokenPrefix } from './secret'

it('a made token is whole, and no two are alike', () => {
  const tokens = Array.from({ length: 200 }, makeToken)
  for (const token of tokens) expect(tokenPrefix(token)).toBe(token.slice(4, 12))
  expect(new Set(tokens).size).toBe(200)
})

it('one changed, missing or added letter is noticed', () => {
  const token = makeToken()
  fc.assert(
    fc.property(fc.integer({ min: 0, max: token.length - 1 }), fc.constantFrom('0', 'Z', 'k', '_', '-'), (at, letter) => {
      fc.pre(token[at] !== letter)
      expect(tokenPrefix(token.slice(0, at) + letter + token.slice(at + 1))).toBeNull()
      expect(tokenPrefix(token.slice(0, at) + token.slice(at + 1))).toBeNull()
      expect(tokenPrefix(token.slice(0, at) + letter + token.slice(at))).toBeNull()
    }),
  )
})

it('a token from a secret is always the same one, and another for another secret', () => {
  expect(tokenFrom('a')).toBe(tokenFrom('a'))
  expect(tokenFrom('a')).not.toBe(tokenFrom('b'))
  expect(tokenPrefix(tokenFrom('a'))).not.toBeNull()
})

it('compares hashes of any lengths', () => {
  expect(sameHash('abc', 'abc')).toBe(true)
  expect(sameHash('abc', 'abd')).toBe(false)
  expect(sameHash('abc', 'abcd')).toBe(false)
})
