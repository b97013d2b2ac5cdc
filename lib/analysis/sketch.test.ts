import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bucketEdge,
  bucketOf,
  countAbove,
  createSketch,
  FIRST_BUCKET,
  LAST_BUCKET,
  type LatencySketch,
  mergeSketch,
  quantileBucket,
  record,
  sketchQuantile,
  sketchTotal,
} from './sketch'
import { decodeSketch, encodeSketch, sketchFromPairs, sketchToPairs } from './sketch-codec'

const latency = fc.oneof(
  fc.double({ min: 0.011, max: 100_000, noNaN: true }),
  fc.integer({ min: FIRST_BUCKET, max: LAST_BUCKET - 1 }).map(bucketEdge),
)
const latencies = fc.array(latency, { minLength: 1, maxLength: 300 })

function sketchOf(values: readonly number[]): LatencySketch {
  const sketch = createSketch()
  for (const value of values) record(sketch, value)
  return sketch
}

test('a value lies above the lower edge and at or below the upper edge of its bucket, edges included', () => {
  fc.assert(
    fc.property(latency, (ms) => {
      const bucket = bucketOf(ms)
      expect(ms).toBeGreaterThan(bucketEdge(bucket - 1))
      expect(ms).toBeLessThanOrEqual(bucketEdge(bucket))
    }),
  )
  for (let bucket = FIRST_BUCKET; bucket < LAST_BUCKET; bucket += 1) expect(bucketOf(bucketEdge(bucket))).toBe(bucket)
})

test('zero and the very small go to the first bucket, timeouts and the very large to the last, nonsense is refused', () => {
  for (const ms of [0, 1e-300, 0.001]) expect(bucketOf(ms)).toBe(FIRST_BUCKET)
  for (const ms of [120_000, 1e12, Number.POSITIVE_INFINITY]) expect(bucketOf(ms)).toBe(LAST_BUCKET)
  for (const ms of [Number.NaN, -1]) expect(() => bucketOf(ms)).toThrow('milliseconds')
})

test('a quantile is off by at most one bucket, 4.5 %', () => {
  fc.assert(
    fc.property(latencies, fc.constantFrom(0.01, 0.5, 0.9, 0.95, 0.99), (values, p) => {
      const sorted = [...values].sort((a, b) => a - b)
      const truth = sorted[Math.max(0, Math.ceil(p * values.length * (1 - 1e-14)) - 1)]
      const estimate = sketchQuantile(sketchOf(values), p) ?? Number.NaN
      expect(Math.abs(estimate / truth - 1)).toBeLessThanOrEqual(0.045)
      expect(quantileBucket(sketchOf(values), p)).toBe(bucketOf(truth))
    }),
  )
  expect(sketchQuantile(createSketch(), 0.5)).toBeNull()
})

test('the count above an edge is exact', () => {
  fc.assert(
    fc.property(latencies, fc.integer({ min: FIRST_BUCKET - 1, max: LAST_BUCKET - 1 }), (values, bucket) => {
      const edge = bucket < FIRST_BUCKET ? 0 : bucketEdge(bucket)
      expect(countAbove(sketchOf(values), bucket)).toBe(values.filter((value) => value > edge).length)
    }),
  )
  expect(() => countAbove(createSketch(), Number.NaN)).toThrow(RangeError)
})

test('merging equals recording both streams; pairs and bytes give the same sketch back', () => {
  fc.assert(
    fc.property(latencies, latencies, (a, b) => {
      const merged = mergeSketch(sketchOf(a), sketchOf(b))
      expect(merged).toEqual(sketchOf([...a, ...b]))
      expect(sketchTotal(merged)).toBe(a.length + b.length)
      expect(sketchFromPairs(sketchToPairs(merged))).toEqual(merged)
      expect(decodeSketch(encodeSketch(merged))).toEqual(merged)
    }),
  )
  expect(decodeSketch(encodeSketch(createSketch()))).toEqual(createSketch())
})

test('full counters survive the codec, a merge that would wrap is refused', () => {
  const full = sketchFromPairs([[0, 0xffff_ffff]])
  expect(decodeSketch(encodeSketch(full))).toEqual(full)
  expect(() => mergeSketch(full, sketchOf([1]))).toThrow('4294967295')
})

test('damaged pairs and bytes are refused with what is wrong', () => {
  const refused: [number, number][][] = [
    [[271, 1]],
    [[-107, 1]],
    [[0.5, 1]],
    [[3, 0]],
    [[3, 1.5]],
    [[3, 2 ** 32]],
    [[3, Number.NaN]],
    [
      [3, 1],
      [3, 1],
    ],
    [
      [4, 1],
      [3, 1],
    ],
  ]
  for (const pairs of refused) expect(() => sketchFromPairs(pairs), JSON.stringify(pairs)).toThrow(/Latency bucket/)
  const bytes = encodeSketch(sketchOf([1, 50, 500]))
  expect(() => decodeSketch(bytes.slice(0, -1))).toThrow('without its count')
  expect(() => decodeSketch(Uint8Array.of())).toThrow('format 1, not nothing')
  expect(() => decodeSketch(Uint8Array.of(9, 1, 1))).toThrow('format 1, not 9')
  expect(() => decodeSketch(Uint8Array.of(1, 255, 255, 255, 255, 255, 255))).toThrow('damaged')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
      try {
        expect(sketchTotal(decodeSketch(noise))).toBeGreaterThanOrEqual(0)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})
