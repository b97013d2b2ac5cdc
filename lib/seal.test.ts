import { expect, test } from 'vitest'
import { keyIdOf, seal, unseal } from './seal'

const KEY = Buffer.alloc(32, 1).toString('base64url')
const OTHER = Buffer.alloc(32, 2).toString('base64url')

test('what was sealed is opened by the same key, and never looks the same twice', () => {
  const first = seal('admin token ü', KEY)
  const second = seal('admin token ü', KEY)
  expect(unseal(first, KEY)).toBe('admin token ü')
  expect(first.bytes.equals(second.bytes)).toBe(false)
  expect(first.keyId).toBe(keyIdOf(KEY))
})

test('another key, a flipped bit and a cut are refused with what to do', () => {
  const sealed = seal('secret', KEY)
  expect(() => unseal(sealed, OTHER)).toThrow(/enter it again/)
  for (const [i] of sealed.bytes.entries()) {
    const bytes = Buffer.from(sealed.bytes)
    bytes[i] ^= 1
    expect(() => unseal({ bytes, keyId: sealed.keyId }, KEY)).toThrow(/enter it again/)
  }
  expect(() => unseal({ bytes: sealed.bytes.subarray(0, 20), keyId: sealed.keyId }, KEY)).toThrow()
})

test('a key that is not 32 bytes is named', () => {
  expect(() => seal('x', 'c2hvcnQ')).toThrow(/32 bytes/)
})
