import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Series } from './router'
import type { Outcome } from './window'
import { WindowBook } from './window-book'

function series(versionId: string, generation = 1): Series {
  return {
    key: `e/${versionId}/live/${generation}`,
    endpointId: 'e',
    versionId,
    role: 'live',
    generation,
    labelRate: 1,
    segment: 0,
    observed: null,
  }
}

const rows = (book: WindowBook) => book.pending().map((window) => window.row())

test('every request is counted once, in the slot it ended in, under the generation it was assigned by', () => {
  const outcome = fc.constantFrom<Outcome[]>('good', 'bad', 'fallback', 'client-error', 'shed', 'aborted')
  const request = fc.record({ outcome, at: fc.nat(60_000), version: fc.constantFrom('a', 'b'), generation: fc.nat(2) })
  fc.assert(
    fc.property(fc.array(request, { maxLength: 200 }), (requests) => {
      const book = new WindowBook()
      for (const one of requests) book.count(series(one.version, one.generation), one.at, one.outcome, 3, false)
      for (const row of rows(book)) {
        const own = requests.filter(
          (one) => one.version === row.versionId && one.generation === row.generation && Math.floor(one.at / 5_000) * 5_000 === row.slot,
        )
        const count = (...of: Outcome[]) => own.filter((one) => of.includes(one.outcome)).length
        expect(row).toMatchObject({
          n: count('good', 'bad', 'fallback'),
          bad: count('bad', 'fallback'),
          fallback: count('fallback'),
          clientErrors: count('client-error'),
          shed: count('shed'),
          aborted: count('aborted'),
        })
        expect(row.latency.reduce((sum, [, n]) => sum + n, 0)).toBe(row.n)
      }
      expect(rows(book).reduce((sum, row) => sum + row.n + row.clientErrors + row.shed + row.aborted, 0)).toBe(requests.length)
    }),
  )
})

test('what was acknowledged is not sent again, and what changed meanwhile is', () => {
  const book = new WindowBook()
  book.count(series('a'), 1_000, 'good', 1, false)
  const [window] = book.pending()
  const seen = window.total
  book.count(series('a'), 2_000, 'good', 1, false)
  window.acknowledged = seen
  book.release(9_000)
  expect(rows(book)).toMatchObject([{ slot: 0, n: 2 }])
  window.acknowledged = window.total
  book.release(9_000)
  expect(book.size).toBe(0)
})

test('when nobody takes the windows they are folded, and no count is lost', () => {
  const book = new WindowBook()
  for (let slot = 0; slot < 9_000; slot += 1) book.count(series(slot % 2 ? 'a' : 'b'), slot * 5_000, 'good', 2, false)
  expect(book.size).toBeLessThanOrEqual(4_000)
  expect(rows(book).reduce((sum, row) => sum + row.n, 0)).toBe(9_000)
  expect(book.takeFolded()).toBe(true)
  expect(book.takeFolded()).toBe(false)
})

test('a clock that learns the time moves what was counted by whole slots', () => {
  const book = new WindowBook()
  book.count(series('a'), 1_000, 'good', 1, false)
  book.shift(600_100)
  book.count(series('a'), 601_000, 'good', 1, false)
  expect(rows(book)).toMatchObject([{ slot: 600_000, n: 2 }])
})
