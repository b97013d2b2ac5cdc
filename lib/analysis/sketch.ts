import { requireCount, requireOpenUnit } from './input'

/**
 * Latency sketch with base 2^(1/16) (OpenTelemetry exponential histogram, scale 4). Bucket i covers (2^((i-1)/16), 2^(i/16)] milliseconds: a value on an
 * edge belongs to the lower bucket. The first bucket also takes everything below it (0 too), the last everything above 115 s and every timeout.
 */
export interface LatencySketch {
  /** counts[i - FIRST_BUCKET]. */
  readonly counts: Uint32Array
}

/** Buckets of 0.01 ms and of 120 s. */
export const FIRST_BUCKET = -106
export const LAST_BUCKET = 270
const SIZE = LAST_BUCKET - FIRST_BUCKET + 1
const EDGES = Float64Array.from({ length: SIZE }, (_, k) => 2 ** ((k + FIRST_BUCKET) / 16))

/** Upper edge of bucket i in ms (also for i = FIRST_BUCKET - 1, the first bucket's lower edge). */
export function bucketEdge(bucket: number): number {
  return 2 ** (bucket / 16)
}

/** Bucket of a latency in ms, clamped to the range; infinity is the last. RangeError for NaN and negative values. */
export function bucketOf(ms: number): number {
  if (!(ms >= 0)) throw new RangeError(`A latency must be a number of milliseconds of at least 0, not ${ms}.`)
  if (ms <= EDGES[0]) return FIRST_BUCKET
  if (ms > EDGES[SIZE - 2]) return LAST_BUCKET
  let k = Math.ceil(Math.log2(ms) * 16) - FIRST_BUCKET
  // The logarithm may round across an edge: the table decides.
  if (ms > EDGES[k]) k += 1
  else if (ms <= EDGES[k - 1]) k -= 1
  return k + FIRST_BUCKET
}

export function createSketch(): LatencySketch {
  return { counts: new Uint32Array(SIZE) }
}

/** Counts one latency in ms. Infinity (a timeout) goes to the last bucket: slower than every threshold. Mutates. */
export function record(sketch: LatencySketch, ms: number): void {
  sketch.counts[bucketOf(ms) - FIRST_BUCKET] += 1
}

/** Adds every count of `from` to `into`: the sketch of both streams. Mutates and returns `into`. RangeError where a bucket would pass 2^32 - 1. */
export function mergeSketch(into: LatencySketch, from: LatencySketch): LatencySketch {
  for (let k = 0; k < SIZE; k += 1) {
    const sum = into.counts[k] + from.counts[k]
    if (sum > 0xffff_ffff) throw new RangeError(`Bucket ${k + FIRST_BUCKET} would hold ${sum}, more than 4294967295.`)
    into.counts[k] = sum
  }
  return into
}

export function sketchTotal(sketch: LatencySketch): number {
  return sketch.counts.reduce((sum, count) => sum + count, 0)
}

/** How many were slower than the upper edge of `bucket`: exact, because thresholds are bucket edges. */
export function countAbove(sketch: LatencySketch, bucket: number): number {
  requireCount(bucket - FIRST_BUCKET + 1, 'bucket above the first')
  let sum = 0
  for (let k = bucket - FIRST_BUCKET + 1; k < SIZE; k += 1) sum += sketch.counts[k]
  return sum
}

/** Bucket that holds the p-quantile: the first at which the cumulative count reaches p n. null for an empty sketch. */
export function quantileBucket(sketch: LatencySketch, p: number): number | null {
  return locate(sketch, p)?.bucket ?? null
}

/** The p-quantile in ms, interpolated geometrically inside its bucket by rank: lower edge x (2^(1/16))^((p n - below)/count). Off by at most one bucket (4.4 %). null when empty. */
export function sketchQuantile(sketch: LatencySketch, p: number): number | null {
  const found = locate(sketch, p)
  return found && 2 ** ((found.bucket - 1 + found.part) / 16)
}

function locate(sketch: LatencySketch, p: number): { bucket: number; part: number } | null {
  // The product may land a rounding error above a whole rank: that must not move it to the next value.
  const rank = requireOpenUnit(p, 'p') * sketchTotal(sketch) * (1 - 1e-14)
  let below = 0
  for (let k = 0; k < SIZE; k += 1) {
    const count = sketch.counts[k]
    if (count > 0 && below + count >= rank) return { bucket: k + FIRST_BUCKET, part: (rank - below) / count }
    below += count
  }
  return null
}
