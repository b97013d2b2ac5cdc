import { describe, expect, it } from 'vitest'
import { fold } from './timeline'

const line = (seq: number, waits: boolean) => ({
  seq,
  at: '2026-01-01T00:00:00Z',
  who: 'engine',
  what: 'x',
  because: null,
  waits,
  explain: [],
})

describe('the timeline', () => {
  it('folds runs of judgements that only wait, and loses no line', () => {
    const lines = [line(7, true), line(6, true), line(5, false), line(4, true), line(3, false), line(2, true), line(1, true)]
    const entries = fold(lines)
    expect(entries.map(({ line: { seq }, folded }) => [seq, ...folded.map((each) => each.seq)])).toEqual([[7, 6], [5], [4], [3], [2, 1]])
    expect(fold([])).toEqual([])
  })
})
