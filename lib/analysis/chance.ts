/** Uniform in [0, 1). */
export type Random = () => number

/** Reproducible uniform numbers (mulberry32): the same seed, the same world. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Hits among n trials at rate p, by the gaps between hits: cheap where hits are rare. */
export function binomial(random: Random, n: number, p: number): number {
  if (p <= 0) return 0
  if (p >= 1) return n
  if (p > 0.5) return n - binomial(random, n, 1 - p)
  const misses = Math.log1p(-p)
  let hits = -1
  for (let at = 0; at <= n; hits += 1) at += 1 + Math.floor(Math.log(1 - random()) / misses)
  return hits
}

/** Standard normal (Box and Muller). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** A count around `mean`, by the normal approximation: for means of traffic, not for rare events. */
export function poisson(random: Random, mean: number): number {
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(random)))
}
