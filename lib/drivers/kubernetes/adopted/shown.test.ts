import { expect, test } from 'vitest'
import { fewOf, shown, shownLocation } from './shown'

test.each([
  ['s3://models/fraud/7', 's3://models/fraud/7'],
  ['hf://org/model:revision', 'hf://org/model:revision'],
  ['pvc://claim/path', 'pvc://claim/path'],
  ['/mnt/models', '/mnt/models'],
  ['oci://registry.example.org:5000/model@sha256:abc', 'oci://registry.example.org:5000/model@sha256:abc'],
  ['s3://models/fraud@7', 's3://models/fraud@7'],
  ['https://ada:hidden@files.example.org/m', 'https://…@files.example.org/m'],
  ['https://hidden@files.example.org/m', 'https://…@files.example.org/m'],
  ['https://files.example.org/m?sig=hidden', 'https://files.example.org/m…'],
  ['https://files.example.org/m#hidden', 'https://files.example.org/m…'],
  ['https://ada:hidden@files.example.org/m?sig=hidden', 'https://…@files.example.org/m…'],
  ['S3://KEY:hid/den+hidden@models/fraud', 'S3://…@models/fraud'],
  ['s3://KEY:hidden://hidden@models/fraud', 's3://…@models/fraud'],
  ['https://ada:hid?den@files.example.org/m', 'https://…'],
  ['https://files.example.org:443/m?mail=hidden@hidden', 'https://…'],
  ['https://ada:hid den@files.example.org/m', 'https://…@files.example.org/m'],
  ['https://ada:hid\u0000den\n@files.example.org/m', 'https://…@files.example.org/m'],
  ['ht\u200btps://ada:hidden@files.example.org/m', 'https://…@files.example.org/m'],
  ['oci://ada:hidden@reg/model@sha256:abc', 'oci://…@reg/model@sha256:abc'],
  ['https://one.example.org/a,https://ada:hidden@two.example.org/b', 'https://one.example.org/a,https://…@two.example.org/b'],
  ['ada:hidden@files.example.org/m', 'not told: it is no address, and may hold a credential'],
  ['https:\\\\ada:hidden@files.example.org/m', 'not told: it is no address, and may hold a credential'],
])('of the location %j is told %j: no credential, no query', (uri, told) => {
  expect(shownLocation(uri)).toBe(told)
  expect(shownLocation(uri)).not.toContain('hid')
})

test('a sentence is told in one line, its addresses without credentials, and without what turns or hides characters', () => {
  const said = 'failed:\n\tGet "https://ada:hidden@files.example.org/m?sig=hidden":\u202e no \u0000route'
  expect(shown(said)).toBe('failed: Get "https://…@files.example.org/m… no route')
})

test('a long text is told to 300 characters, and never the half of an address whose end was not looked at', () => {
  expect(shown('x'.repeat(500))).toBe(`${'x'.repeat(299)}…`)
  const secret = `https://ada:${'hidden'.repeat(1_000)}@files.example.org/m`
  expect(shownLocation(secret)).toBe('…')
  expect(shown(`of ${secret}`)).toBe('of …')
})

test('a hostile text of a megabyte is told within a moment', () => {
  for (const piece of ['://', ':', '@', 'a://', '?@', ' ://@:/'])
    expect(shown(piece.repeat(1_000_000 / piece.length)).length).toBeLessThanOrEqual(300)
})

test('of a long list the first are told, and how many more there are', () => {
  expect(fewOf(['a', 'b'])).toBe('a, b')
  expect(fewOf(Array.from({ length: 20 }, (_, i) => String(i)))).toBe('0, 1, 2, 3, 4, 5, 6, 7, 12 more')
})
