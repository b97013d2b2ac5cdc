import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { latencyThresholds } from './latency'
import { bucketEdge, bucketOf, countAbove, createSketch, FIRST_BUCKET, LAST_BUCKET, record } from './sketch'

const bucket = fc.integer({ min: FIRST_BUCKET, max: LAST_BUCKET })

test('without a floor the candidate may be one bucket slower and the limit is four buckets', () => {
  for (let tau = FIRST_BUCKET; tau <= LAST_BUCKET - 5; tau += 1) {
    const thresholds = latencyThresholds(tau, 0)
    expect([thresholds.tau, thresholds.candidate, thresholds.limit]).toEqual([tau, tau + 1, tau + 4])
  }
})

test('thresholds are the smallest edges that reach max(1.044 tau, tau + floor) and max(1.189 tau, tau + 4 floors)', () => {
  fc.assert(
    fc.property(bucket, fc.double({ min: 0, max: 1000, noNaN: true }), (tau, floor) => {
      const { tauMs, candidate, limit, candidateMs, limitMs } = latencyThresholds(tau, floor)
      expect([candidateMs, limitMs]).toEqual([bucketEdge(candidate), bucketEdge(limit)])
      for (const [edge, wanted] of [
        [candidate, Math.max(tauMs * 1.044, tauMs + floor)],
        [limit, Math.max(tauMs * 1.189, tauMs + 4 * floor)],
      ]) {
        if (edge < LAST_BUCKET - 1) expect(bucketEdge(edge)).toBeGreaterThanOrEqual(wanted)
        if (edge < LAST_BUCKET - 1) expect(bucketEdge(edge - 1)).toBeLessThan(wanted)
      }
    }),
  )
})

test('a floor of 5 ms lets 1 ms become 6 ms, and 400 ms no more than one bucket', () => {
  expect(latencyThresholds(bucketOf(1), 5).candidateMs).toBeCloseTo(bucketEdge(bucketOf(6)), 9)
  expect(latencyThresholds(bucketOf(400), 5).candidate).toBe(bucketOf(400) + 1)
})

test('a timeout is slower than every threshold, even when stable itself times out', () => {
  const sketch = createSketch()
  record(sketch, Number.POSITIVE_INFINITY)
  const { tau, candidate, limit } = latencyThresholds(LAST_BUCKET, 60_000)
  for (const threshold of [tau, candidate, limit]) expect(countAbove(sketch, threshold)).toBe(1)
})

test('what is no bucket and a floor below 0 are refused', () => {
  for (const tau of [Number.NaN, 1.5, LAST_BUCKET + 1, FIRST_BUCKET - 1]) expect(() => latencyThresholds(tau, 5)).toThrow('bucket')
  expect(() => latencyThresholds(0, -1)).toThrow('floorMs')
  expect(() => latencyThresholds(0, Number.NaN)).toThrow('floorMs')
})
