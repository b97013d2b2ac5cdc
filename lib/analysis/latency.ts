import { requireFinite } from './input'
import { bucketEdge, bucketOf, FIRST_BUCKET, LAST_BUCKET } from './sketch'

/** One bucket and four buckets above tau, a hair less than 2^(1/16) and 2^(4/16), so that rounding up to an edge lands on just that. */
const TOLERATED = 1.044
const LIMIT = 1.189

/** Thresholds of one latency quantile as buckets: "slower" means `countAbove(sketch, bucket)`. The same in ms for sentences. */
export interface LatencyThresholds {
  /** Upper edge of the bucket that holds stable's quantile: stable's threshold. */
  readonly tau: number
  /** Candidate's threshold for "worse than tolerated". */
  readonly candidate: number
  /** Candidate's threshold for "safe". */
  readonly limit: number
  readonly tauMs: number
  readonly candidateMs: number
  readonly limitMs: number
}

/**
 * From the bucket of stable's quantile and the gate's floor in ms: candidate max(tau x 1.044, tau + floor), limit max(tau x 1.189, tau + 4 floor),
 * each rounded up to a bucket edge. Never the last edge: a timeout is slower than every threshold.
 */
export function latencyThresholds(quantileBucket: number, floorMs: number): LatencyThresholds {
  if (!Number.isInteger(quantileBucket) || quantileBucket < FIRST_BUCKET || quantileBucket > LAST_BUCKET)
    throw new RangeError(`A bucket is a whole number from ${FIRST_BUCKET} to ${LAST_BUCKET}, not ${quantileBucket}.`)
  if (requireFinite(floorMs, 'floorMs') < 0) throw new RangeError(`floorMs must be at least 0, not ${floorMs}.`)
  const tau = Math.min(quantileBucket, LAST_BUCKET - 1)
  const tauMs = bucketEdge(tau)
  const candidate = atMost(Math.max(tauMs * TOLERATED, tauMs + floorMs))
  const limit = atMost(Math.max(tauMs * LIMIT, tauMs + 4 * floorMs))
  return { tau, candidate, limit, tauMs, candidateMs: bucketEdge(candidate), limitMs: bucketEdge(limit) }
}

function atMost(ms: number): number {
  return Math.min(LAST_BUCKET - 1, bucketOf(ms))
}
