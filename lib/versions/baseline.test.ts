import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunksOf } from '@/lib/artifacts/onnx.fixture'
import type { Signature } from '@/lib/artifacts/schema'
import { buildBaseline } from './baseline'
import { binOf, profile } from './profile'
import { readSample } from './sample'

const signature = (width: number, metadata = {}): Signature => ({
  inputs: [{ name: 'input', datatype: 'FP32', shape: [-1, width] }],
  outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
  producer: '',
  opsets: [],
  metadata,
})
const read = (text: string, of = signature(2), chunk = 7) => readSample(chunksOf(Buffer.from(text), chunk), of)

describe('profile', () => {
  it('counts every value once: missing first, then bins', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.constantFrom(0, 1, Number.NaN)), { maxLength: 300 }), (values) => {
        const { edges, counts } = profile('x', values)
        expect(counts).toHaveLength(edges.length + 2)
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length)
        expect(counts[0]).toBe(values.filter((value) => !Number.isFinite(value)).length)
        expect(edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? 0))).toBe(true)
        expect(edges.length).toBeLessThanOrEqual(9)
      }),
      { seed: 3 },
    )
  })

  it('gives each of a few values a bin of its own, also after rounding to float32', () => {
    const { edges } = profile('rate', [0.1, 0.7, 0.7, 0.3])
    expect([0.1, 0.3, 0.7].map((value) => binOf(edges, Math.fround(value)))).toEqual([0, 1, 2])
    expect([0.1, 0.3, 0.7].map((value) => binOf(edges, value))).toEqual([0, 1, 2])
  })

  it('cuts many values into ten bins of about the same size', () => {
    const { counts } = profile(
      'x',
      Array.from({ length: 1_000 }, (_item, i) => (i * 7_919) % 1_000),
    )
    expect(counts).toEqual([0, ...new Array(10).fill(100)])
  })

  it('still sees the rest where most values are the smallest', () => {
    const { edges, counts } = profile('x', [...new Array(970).fill(0), ...Array.from({ length: 30 }, (_item, i) => i + 1)])
    expect(edges.length).toBeGreaterThanOrEqual(2)
    expect(counts[1]).toBe(970)
  })
})

describe('a sample', () => {
  it('is read from CSV with comma, semicolon or tab, quotes, a byte order mark and empty cells as missing', async () => {
    for (const delimiter of [',', ';', '\t']) {
      const text = `\uFEFF"a"D"b"Dlabel\n1D2D0\n\n3DD1\r\n`.replaceAll('D', delimiter)
      expect(await read(text)).toEqual({
        names: ['a', 'b'],
        columns: [
          [1, 3],
          [2, Number.NaN],
        ],
        labels: [0, 1],
        rows: 2,
      })
    }
  })

  it('is read from JSON lines, in whatever chunks they come', async () => {
    const text = '{"a": 1, "b": null, "label": true}\n{"b": 4, "a": 3}\n'
    for (const chunk of [1, 5, 1_000])
      expect(await read(text, signature(2), chunk)).toEqual({
        names: ['a', 'b'],
        columns: [
          [1, 3],
          [Number.NaN, 4],
        ],
        labels: [1, Number.NaN],
        rows: 2,
      })
  })

  it('puts the columns into the order that the model declares and leaves others out', async () => {
    const sample = await read('id,b,a\n9,2,1\n', signature(2, { features: '["a", "b"]' }))
    expect(sample).toMatchObject({ names: ['a', 'b'], columns: [[1], [2]] })
  })

  it.each<[string, string, Signature | undefined, RegExp]>([
    ['too many columns', 'a,b,c\n1,2,3\n', undefined, /has 3 feature columns \(a, b, c\), the model takes 2 numbers/],
    ['a word', 'a,b\n1,2\n1,tall\n', undefined, /Line 3, column "b": "tall" is not a number/],
    [
      'a missing column',
      'a,c\n1,2\n',
      signature(2, { features: 'a,b' }),
      /^The sample lacks 1 of the 2 columns that the model declares: b\.$/,
    ],
    [
      'all columns missing',
      'c\n1\n',
      signature(2, { features: 'a,b' }),
      /^The sample lacks 2 of the 2 columns that the model declares: a, b\.$/,
    ],
    ['the same column twice', 'a,a\n1,2\n', undefined, /"a" stands there twice/],
    ['a short line', 'a,b\n1\n', undefined, /cannot be read as CSV/],
    ['no rows', 'a,b\n', undefined, /holds no rows/],
    ['nothing', '', undefined, /holds no rows/],
    ['broken JSON', '{"a": 1, "b": 2}\n{"a": 1,\n', undefined, /Line 2 is not JSON/],
    ['a JSON list', '{"a": 1, "b": 2}\n[1, 2]\n', undefined, /Line 2 is not a JSON object/],
    ['an endless line', `{"a": "${'x'.repeat(70_000)}`, undefined, /longer than 65536/],
  ])('with %s is refused, saying where', async (_name, text, of, message) => {
    await expect(read(text, of, 4_096)).rejects.toThrow(message)
  })

  it('larger than is useful is refused; a trial takes the first rows', async () => {
    const text = () => chunksOf(Buffer.from(`a,b\n${'1,2\n'.repeat(1_001)}`), 100)
    await expect(readSample(text(), signature(2), { rows: 1_000, beyond: 'refuse' })).rejects.toThrow('more than 1,000 rows')
    expect((await readSample(text(), signature(2), { rows: 1_000, beyond: 'cut' })).rows).toBe(1_000)
  })

  it('becomes a baseline that keeps at most 200 rows, spread over the whole, with labels beside', async () => {
    const rows = Array.from({ length: 1_000 }, (_item, i) => `${i},${i === 5 ? '' : 1},${i % 2}`)
    const baseline = buildBaseline(await read(`a,b,label\n${rows.join('\n')}`, undefined, 999))
    expect(baseline.n).toBe(1_000)
    expect(baseline.sample).toHaveLength(200)
    expect(baseline.sample[1]).toEqual([5, null])
    expect(baseline.sample.at(-1)?.[0]).toBe(995)
    expect(baseline.labels?.slice(0, 2)).toEqual([0, 1])
    expect(baseline.features.map((feature) => feature.counts[0])).toEqual([0, 1])
  })
})
