import { createSketch, FIRST_BUCKET, LAST_BUCKET, type LatencySketch } from './sketch'

/** [bucket, count] in rising order of buckets, counts above 0: the form in JSON. */
export type SketchPairs = [number, number][]

const FORMAT = 1
const LARGEST = 0xffff_ffff

export function sketchToPairs(sketch: LatencySketch): SketchPairs {
  const pairs: SketchPairs = []
  sketch.counts.forEach((count, k) => {
    if (count > 0) pairs.push([k + FIRST_BUCKET, count])
  })
  return pairs
}

/** RangeError naming the pair that is out of range, out of order or not a count. */
export function sketchFromPairs(pairs: readonly (readonly [number, number])[]): LatencySketch {
  const sketch = createSketch()
  let before = Number.NEGATIVE_INFINITY
  for (const [bucket, count] of pairs) {
    if (!Number.isInteger(bucket) || bucket < FIRST_BUCKET || bucket > LAST_BUCKET)
      throw new RangeError(`Latency bucket ${bucket} is not a whole number from ${FIRST_BUCKET} to ${LAST_BUCKET}.`)
    if (bucket <= before) throw new RangeError(`Latency bucket ${bucket} comes after ${before}: buckets must rise.`)
    if (!Number.isInteger(count) || count < 1 || count > LARGEST)
      throw new RangeError(`Latency bucket ${bucket} holds ${count}: a count is a whole number from 1 to ${LARGEST}.`)
    sketch.counts[bucket - FIRST_BUCKET] = count
    before = bucket
  }
  return sketch
}

/** Compact bytes: a format byte, then per occupied bucket the distance to the one before and the count, both as base-128 varints. */
export function encodeSketch(sketch: LatencySketch): Uint8Array {
  const bytes = [FORMAT]
  let before = FIRST_BUCKET - 1
  for (const [bucket, count] of sketchToPairs(sketch)) {
    pushVarint(bytes, bucket - before)
    pushVarint(bytes, count)
    before = bucket
  }
  return Uint8Array.from(bytes)
}

/** RangeError for another format, a cut end, or a bucket or count out of range. */
export function decodeSketch(bytes: Uint8Array): LatencySketch {
  return mergeEncoded(createSketch(), bytes)
}

/** Adds an encoded sketch to `into` without making one of its own: charts merge tens of thousands. Mutates and returns `into`; RangeErrors as `decodeSketch` and `mergeSketch`. */
export function mergeEncoded(into: LatencySketch, bytes: Uint8Array): LatencySketch {
  if (bytes[0] !== FORMAT) throw new RangeError(`A latency sketch starts with format ${FORMAT}, not ${bytes[0] ?? 'nothing'}.`)
  const place = { at: 1 }
  for (let bucket = FIRST_BUCKET - 1; place.at < bytes.length; ) {
    const distance = readVarint(bytes, place)
    bucket += distance
    if (distance < 1 || bucket > LAST_BUCKET)
      throw new RangeError(`Latency bucket ${bucket} does not rise within ${FIRST_BUCKET} to ${LAST_BUCKET}.`)
    if (place.at >= bytes.length) throw new RangeError('A latency sketch ends with a bucket without its count.')
    const count = readVarint(bytes, place)
    const sum = into.counts[bucket - FIRST_BUCKET] + count
    if (count < 1 || sum > LARGEST)
      throw new RangeError(`Latency bucket ${bucket} holds ${sum}: a count is a whole number from 1 to ${LARGEST}.`)
    into.counts[bucket - FIRST_BUCKET] = sum
  }
  return into
}

function readVarint(bytes: Uint8Array, place: { at: number }): number {
  let value = 0
  for (let scale = 1; ; scale *= 128) {
    if (place.at >= bytes.length || scale > 2 ** 28) throw new RangeError(`A latency sketch is cut or damaged at byte ${place.at}.`)
    const byte = bytes[place.at]
    place.at += 1
    value += (byte & 127) * scale
    if (byte < 128) return value
  }
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
}
