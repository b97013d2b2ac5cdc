import { describe, expect, test } from 'vitest'
import { place, scaleOf, spread, timeTicks } from './scale'
import { type ChartSpec, columns, withGaps } from './spec'

function chart(over: Partial<ChartSpec>, values: (number | null)[], band?: ([number, number] | null)[]): ChartSpec {
  const at = values.map((_, i) => i * 5_000)
  const series = [{ key: 'a', label: 'next', tone: 'candidate' as const, shape: 'line' as const, values, ...(band ? { band } : {}) }]
  return { title: 't', sentence: 's', unit: 'ratio', scale: 'zero', at, series, marks: [], ...over }
}

describe('the value axis', () => {
  test('a share or a count always starts at zero', () => {
    expect(scaleOf(chart({ unit: 'count' }, [400, 410])).min).toBe(0)
  })
  test('a share never claims room above 100 %', () => {
    expect(scaleOf(chart({ unit: 'share' }, [0.2, 0.99])).max).toBe(1)
  })
  test('a ratio axis holds 1 and both open edges of a band', () => {
    const scale = scaleOf(chart({ scale: 'log' }, [1.3], [[0, Number.POSITIVE_INFINITY]]))
    expect(scale.min).toBeLessThan(1)
    expect(scale.max).toBeGreaterThan(1)
    expect(place(scale, 0)).toBe(1)
    expect(place(scale, Number.POSITIVE_INFINITY)).toBe(0)
  })
  test('no data at all still makes an axis', () => {
    const scale = scaleOf(chart({}, [null, null]))
    expect(scale.max).toBeGreaterThan(scale.min)
  })
})

test('a hole in time is a gap, not a bridge', () => {
  const spec = chart({}, [1, 2, 3, 4])
  spec.at = [0, 5_000, 60_000, 65_000]
  expect(withGaps(spec).series[0]?.values).toEqual([1, 2, null, 3, 4])
})

test('missing data is written as such in table and CSV, never as zero', () => {
  const [, value] = columns(chart({ unit: 'share' }, [0, null]))
  expect([value?.cell(0), value?.cell(1), value?.raw(0), value?.raw(1)]).toEqual(['0 %', 'no data', '0', ''])
})

test('labels keep their order and never cover each other', () => {
  const placed = spread([10, 11, 11.5, 200], 14, 200)
  expect(placed).toEqual([10, 24, 38, 200])
  expect(spread([198, 199, 200], 14, 200)).toEqual([172, 186, 200])
})

test('times on the axis are round and few', () => {
  expect(timeTicks(61_000, 300_000, 5)).toEqual([120_000, 180_000, 240_000, 300_000])
})
