import type { Profile } from './schema'

const BINS = 10

/** Which bin a value is in: the number of edges below it. Bin i holds (edges[i-1], edges[i]], as the model server counts. */
export function binOf(edges: ArrayLike<number>, value: number): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edges[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * A column's bins and counts. Up to ten distinct values have a bin each, more are cut at unique deciles; an edge lies half-way between two values
 * that were seen, so that rounding to float32 moves nothing over it. What is not finite counts as missing (counts[0]).
 */
export function profile(name: string, values: ArrayLike<number>): Profile {
  const finite = Float64Array.from(values).filter(Number.isFinite).sort()
  const edges = edgesOf(finite)
  const counts: number[] = new Array(edges.length + 2).fill(0)
  counts[0] = values.length - finite.length
  for (const value of finite) {
    const at = binOf(edges, value) + 1
    counts[at] = (counts[at] ?? 0) + 1
  }
  return { name, edges, counts }
}

function edgesOf(sorted: Float64Array): number[] {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  if (distinct.length <= BINS) return between(distinct, distinct.subarray(1))
  const cuts = new Set<number>()
  for (let i = 1; i < BINS; i++) cuts.add(sorted[Math.floor((i * sorted.length) / BINS)] ?? 0)
  cuts.delete(distinct[0] ?? 0)
  // Most values are the smallest one: the others are cut at their own middle, so that a change among them is still seen.
  if (cuts.size < 2) for (const at of [1, Math.floor(distinct.length / 2)]) cuts.add(distinct[at] ?? 0)
  return between(distinct, Float64Array.from(cuts).sort())
}

/** Edges half-way between each cut and the value below it; equal ones once. */
function between(distinct: Float64Array, cuts: Float64Array): number[] {
  const edges = Array.from(cuts, (cut) => {
    const below = distinct[binOf(distinct, cut) - 1] ?? cut
    return below + (cut - below) / 2
  })
  return edges.filter((edge, i) => i === 0 || edge > (edges[i - 1] ?? Number.NEGATIVE_INFINITY))
}
