import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doubledField, unstorableText } from './body'

describe('a field that stands twice', () => {
  it.each([
    ['{"version":2,"version":3}', 'version'],
    ['{"pace":{"watch":1,"minDwell":5,"watch":2}}', 'pace.watch'],
    ['{"gates":[{"metric":"errors"},{"limit":2,"metric":"latency","limit":3}]}', 'gates.1.limit'],
    ['{"a":1,"\\u0061":2}', 'a'],
  ])('is found and named: %s', (text, path) => {
    expect(doubledField(text)).toBe(path)
  })

  it('is not seen where there is none, whatever the text holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(doubledField(JSON.stringify(value, null, 1))).toBeNull()
      }),
      { numRuns: 300, seed: 5 },
    )
    expect(doubledField('{"a":{"b":1},"c":{"b":1},"d":"{\\"a\\":1,\\"a\\":2}"}')).toBeNull()
  })

  it('is looked for to a bounded depth', () => {
    expect(() => doubledField(`${'['.repeat(65)}${']'.repeat(65)}`)).toThrow(RangeError)
  })
})

describe('a text that the database cannot hold', () => {
  it('is found and named, at any depth', () => {
    expect(unstorableText({ reason: 'a\0b' })).toBe('reason')
    expect(unstorableText({ gates: [{}, { metric: '\ud800' }] })).toBe('gates.1.metric')
    expect(unstorableText({ fine: ['ok', 'é', '\u{1f600}', 3, null] })).toBeNull()
    let deep: unknown = 'x\0'
    for (let i = 0; i < 20_000; i += 1) deep = [deep]
    expect(unstorableText(deep)).toMatch(/^0(\.0)+$/)
  })
})
