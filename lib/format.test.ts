import { expect, test } from 'vitest'
import { formatMs, listed } from './format'

test('a latency is short, and a quantile among the timeouts is no number', () => {
  expect([0.054, 9.84, 412.3, 12_400, 118_100].map(formatMs)).toEqual(['0.05 ms', '9.8 ms', '412 ms', '12.4 s', 'timed out'])
})

test('words are told one after another, the last by its own word, one alone and none too', () => {
  expect([['Ana', 'Ben', 'Cem'], ['Ana'], []].map((words) => listed(words))).toEqual(['Ana, Ben and Cem', 'Ana', ''])
  expect(listed(['Ana', 'Ben'], 'or')).toBe('Ana or Ben')
})
