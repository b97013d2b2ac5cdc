import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ListText, pageOf } from './list-text'

/** As an API server writes a list of its own kinds, and one of kinds that were installed. */
const WRITTEN = {
  built_in: (items: unknown[], version: string, next = '') =>
    `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"${version}"${next && `,"continue":"${next}"`}},"items":${JSON.stringify(items)}}\n`,
  installed: (items: unknown[], version: string, next = '') =>
    `{"apiVersion":"x/v1","items":${JSON.stringify(items)},"kind":"XList","metadata":{"continue":"${next}","resourceVersion":"${version}"}}\n`,
}
const kinds = Object.keys(WRITTEN) as (keyof typeof WRITTEN)[]
/** What would mislead whoever looks for where the objects begin and end. */
const TRAPS = ['"items":[', ']', '"items":[]}', '\\', '],"kind":"XList"']
const object = fc.dictionary(fc.constantFrom('name', 'items', 'metadata', 'spec'), fc.oneof(fc.jsonValue(), fc.constantFrom(...TRAPS)))
const objects = fc.array(object.map((each) => JSON.parse(JSON.stringify(each))))

function page(text: string) {
  const read = pageOf(Buffer.from(text))
  if (!read.ok) throw new Error(read.reason)
  return read.value
}
const list = (...texts: string[]) => new ListText(texts.map(page))

test('two lists have the same digest exactly if they hold the same objects, whatever version the API server answered at', () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), objects, objects, (kind, some, others) => {
      const at = (items: unknown[], version: string) => list(WRITTEN[kind](items, version)).digest()
      expect(at(some, '1')).toBe(at(some, '20'))
      expect(at(some, '1') === at(others, '1')).toBe(JSON.stringify(some) === JSON.stringify(others))
    }),
  )
})

test('a list is read as it was written, over all of its pages', () => {
  fc.assert(
    fc.property(fc.constantFrom(...kinds), objects, objects, (kind, some, more) => {
      const [first, second] = [WRITTEN[kind](some, '1', 'next/token'), WRITTEN[kind](more, '1')]
      expect([page(first).next, page(second).next]).toEqual(['next/token', ''])
      expect(list(first, second).read()).toEqual({ ok: true, value: [...some, ...more] })
    }),
  )
})

test.each([
  ['spread over lines', '{ "items": [ {"a": 1} ], "metadata": { "continue": "t" } }', [{ a: 1 }]],
  ['with another array behind it', '{"items":[{"a":1}],"metadata":{"continue":"t"},"notes":[]}', [{ a: 1 }]],
  ['with one behind what is said of it', '{"metadata":{"continue":"t","notes":[]},"items":[{"a":1}],"notes":[]}', [{ a: 1 }]],
  ['with another before it', '{"notes":{"items":[2]},"metadata":{"continue":"t"},"items":[{"a":1}]}', [{ a: 1 }]],
])('a list %s is read all the same', (_how, text, items) => {
  expect(page(text).next).toBe('t')
  expect(list(text).read()).toEqual({ ok: true, value: items })
  expect(list(text).digest()).not.toBe(list(text.replace('1', '2')).digest())
})

test.each([
  ['hello', /does not answer in JSON/],
  ['{"items":[{"a":}]', /does not answer in JSON/],
  ['{"items":null}', /a list has no items/],
  ['{"data":{"items":[1]}}', /a list has no items/],
  ['null', /a list has no items/],
])('what is no list is said as such: %s', (text, reason) => {
  expect(pageOf(Buffer.from(text))).toMatchObject({ ok: false, kind: 'unreachable', reason: expect.stringMatching(reason) })
})

test('a list of which only the objects cannot be read is no list', () => {
  expect(list('{"items":[{"a":}],"metadata":{}}').read()).toMatchObject({ ok: false, kind: 'unreachable' })
})

test('what must be hidden is hidden in what is read', () => {
  const text = new ListText([page('{"items":["a secret","b"]}')], (read) => read.replaceAll('secret', '***'))
  expect(text.read()).toEqual({ ok: true, value: ['a ***', 'b'] })
})
