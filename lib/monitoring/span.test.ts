import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RANGES, type Range } from './ranges'
import { TimeRange } from './schema'
import { partsOf, spanOf, stepsOf } from './span'

const NOW = new Date('2026-11-21T04:12:34.567Z')
const HOUR = 3_600_000
const ago = (ms: number) => new Date(NOW.getTime() - ms).toISOString()

describe('the span of a range', () => {
  it.each(Object.keys(RANGES) as Range[])('%s ends now, covers its whole width, and has between 60 and 400 points', (range) => {
    const span = spanOf({ range }, NOW)
    expect(span.to).toEqual(NOW)
    expect(NOW.getTime() - span.from.getTime()).toBeGreaterThanOrEqual(RANGES[range] * 1_000)
    expect(stepsOf(span).length).toBeGreaterThanOrEqual(60)
    expect(stepsOf(span).length).toBeLessThanOrEqual(400)
  })

  it('reads fine rows for the last minutes, minutes for a day, hours for a month', () => {
    expect(spanOf({ range: '30m' }, NOW).table).toBe('window_5s')
    expect(spanOf({ range: '24h' }, NOW).table).toBe('window_1m')
    expect(spanOf({ range: '30d' }, NOW).table).toBe('window_1h')
  })

  it('that lies three days back is not read from rows that are dropped after two', () => {
    expect(spanOf({ range: '30m', from: ago(72 * HOUR), to: ago(71.5 * HOUR) }, NOW)).toMatchObject({ table: 'window_1m', stepMs: 60_000 })
  })

  it('with its ends swapped is put in order', () => {
    const [from, to] = [ago(2 * HOUR), ago(HOUR)]
    expect(spanOf({ range: '30m', from: to, to: from }, NOW)).toEqual(spanOf({ range: '30m', from, to }, NOW))
  })

  it('is never empty, never ends after now, and stays bounded, whatever is asked', () => {
    const instant = fc.option(
      fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }).map((date) => date.toISOString()),
      { nil: undefined },
    )
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(RANGES) as Range[])), instant, instant, (range, from, to) => {
        const span = spanOf({ range, from, to }, NOW)
        const steps = stepsOf(span)
        expect(steps.length).toBeGreaterThan(0)
        expect(steps.length).toBeLessThanOrEqual(400)
        expect(span.to.getTime()).toBeLessThanOrEqual(NOW.getTime() + 5_000)
        expect(span.from.getTime()).toBeGreaterThan(NOW.getTime() - 405 * 24 * HOUR)
        expect(span.from.getTime() % span.stepMs).toBe(0)
      }),
    )
  })
})

describe('a range in the address', () => {
  it('that is not one is refused in words', () => {
    expect(TimeRange.safeParse({ range: '5y' }).error?.issues[0]?.message).toContain('Give one of 15m')
    expect(TimeRange.safeParse({ from: "'; drop table" }).error?.issues[0]?.message).toContain('Give a time as')
  })
  it('that says nothing is the last 30 minutes', () => {
    expect(TimeRange.parse({})).toEqual({ range: '30m' })
  })
})

describe('the rows that a span is read from', () => {
  const span = spanOf({ range: '30d' }, NOW)
  const joined = (parts: { from: Date; to: Date }[]) =>
    parts.every((part, i) => i === 0 || parts[i - 1]?.to.getTime() === part.from.getTime())

  it('follow each other without overlap over the whole span, finest last', () => {
    const parts = partsOf(span, { hour: NOW.getTime() - 2 * HOUR, minute: NOW.getTime() - 90_000 })
    expect(parts.map((part) => part.table)).toEqual(['window_1h', 'window_1m', 'window_5s'])
    expect(joined(parts)).toBe(true)
    expect([parts[0]?.from, parts.at(-1)?.to]).toEqual([span.from, span.to])
  })

  it('are fine ones where nothing was ever rolled up, so that counts are not lost while no engine runs', () => {
    expect(partsOf(span, { hour: null, minute: null })).toEqual([{ table: 'window_5s', from: span.from, to: span.to }])
  })
})
