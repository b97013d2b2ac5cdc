import { requireFinite, requireHits } from './input'

/**
 * Dispersion phi >= 1 of a stable arm from 30 s blocks in time order: first-difference Pearson estimate over successive blocks that both have trials,
 * sum (x1/n1 - x0/n0)^2 / (p(1-p)(1/n1 + 1/n0)), shrunk with `priorN` pseudo-blocks of 1: max(1, (s + priorN)/(m + priorN)). First differences
 * let a slow drift of the common rate pass. 1 when there is nothing to estimate (no trials, no hits, only hits).
 */
export function phiHat(blocks: readonly { x: number; n: number }[], priorN = 10): number {
  if (requireFinite(priorN, 'priorN') < 0) throw new RangeError(`priorN must be at least 0, not ${priorN}.`)
  let hits = 0
  let trials = 0
  for (const { x, n } of blocks) {
    requireHits(x, n, 'x', 'n')
    hits += x
    trials += n
  }
  const p = hits / trials
  if (trials === 0 || hits === 0 || hits === trials) return 1
  let sum = 0
  let pairs = 0
  for (let i = 1; i < blocks.length; i += 1) {
    const [before, now] = [blocks[i - 1], blocks[i]]
    if (before.n === 0 || now.n === 0) continue
    sum += (now.x / now.n - before.x / before.n) ** 2 / (p * (1 - p) * (1 / now.n + 1 / before.n))
    pairs += 1
  }
  return pairs + priorN > 0 ? Math.max(1, (sum + priorN) / (pairs + priorN)) : 1
}

/**
 * Dispersion phi >= 1 over the B buckets of routing keys with trials, counted side by side: the design effect of dealing out whole buckets instead of requests,
 * D = sum (x - n p)^2 / (N p (1-p)) over N trials (Kish 1965), one degree of freedom less, shrunk like `phiHat`: (B D + priorN)/(B - 1 + priorN). Each bucket
 * counts by its size, so that one heavy key is not lost among many light ones. Requests of one key share a bucket, so what hangs together by a key shows here
 * and not over time.
 */
export function phiOfBuckets(buckets: readonly { x: number; n: number }[], priorN = 10): number {
  const used = buckets.filter(({ n }) => n > 0)
  const [hits, trials] = [used.reduce((sum, { x }) => sum + x, 0), used.reduce((sum, { n }) => sum + n, 0)]
  for (const { x, n } of used) requireHits(x, n, 'x', 'n')
  if (trials === 0 || hits === 0 || hits === trials) return 1
  const p = hits / trials
  const effect = used.reduce((total, { x, n }) => total + (x - n * p) ** 2, 0) / (trials * p * (1 - p))
  return Math.max(1, (used.length * effect + priorN) / (used.length - 1 + priorN))
}
