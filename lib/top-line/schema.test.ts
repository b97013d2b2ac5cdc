import { expect, test } from 'vitest'
import { lineOf, rangeWords, topLineParams, usesOf } from './line'
import { readTopLine, spanAsked } from './schema'

const now = new Date('2026-11-21T04:00:00Z')

test('what the address asks for comes back into an address unchanged', () => {
  const asked = { environment: 'prod', range: '3h' }
  const { line, wrong } = readTopLine({ ...asked, q: 'x', after: 'cursor' })
  expect(wrong).toBeNull()
  expect(topLineParams(line, usesOf('/rollouts'))).toEqual(asked)
})

test('a page takes only what it uses: no time for a list of now, no environment for one endpoint', () => {
  const { line } = readTopLine({ environment: 'prod', range: '3h' })
  expect(topLineParams(line, usesOf('/endpoints'))).toEqual({ environment: 'prod' })
  expect(topLineParams(line, usesOf('/endpoints/019aa2f0-0000-7000-8000-000000000000'))).toEqual({ range: '3h' })
  for (const path of ['/models', '/endpoints/read-only']) expect(topLineParams(line, usesOf(path))).toEqual({})
})

test('what cannot be read is named and left out, and the rest still counts', () => {
  const { line, wrong } = readTopLine({ environment: 'prod', range: '5 weeks' })
  expect(line).toEqual({ environment: 'prod' })
  expect(wrong).toContain('"5 weeks"')
  expect(wrong).toContain('30m')
  expect(lineOf({ environment: 'prod', range: '5 weeks', from: 'soon' })).toEqual({ environment: 'prod' })
})

test('a time of its own wins over the last while, and a day is a time', () => {
  const { line } = readTopLine({ range: '3h', from: '2026-11-20', to: '2026-11-21T01:00:00+01:00' })
  expect(spanAsked(line, now)).toEqual({ from: new Date('2026-11-20T00:00:00Z'), to: new Date('2026-11-21T00:00:00Z') })
})

test('nothing asked is the page’s own time, or all of it', () => {
  expect(spanAsked({}, now)).toEqual({})
  expect(spanAsked({}, now, '1h')).toEqual({ from: new Date('2026-11-21T03:00:00Z') })
})

test('ranges are said in words', () => {
  expect([rangeWords('30m'), rangeWords('3h'), rangeWords('7d'), rangeWords('all')]).toEqual([
    'last 30 min',
    'last 3 h',
    'last 7 d',
    'all time',
  ])
})
