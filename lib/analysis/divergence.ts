import { chiSquareHomogeneity } from './chi-square'
import { requireCount, requireFinite } from './input'

/** Values per bin below which a drift number says little: its expectation without any drift is not small against 0.1. */
const ENOUGH_PER_BIN = 50

/** Refuses histograms of unequal or no length and counts that are not counts. */
export function requireBins(a: readonly number[], b: readonly number[]): void {
  if (a.length === 0 || a.length !== b.length)
    throw new RangeError(`Two histograms need the same bins (at least one), not ${a.length} and ${b.length}.`)
  for (const count of [...a, ...b]) requireCount(count, 'a bin count')
}

export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

/**
 * Population stability index sum (c - s) log(c/s) over shares after adding `pseudo` to every bin, and debiased:
 * max(0, PSI - (B-1)(1/n'c + 1/n's)) with n' = n + B pseudo, because without any drift its expectation is just that.
 * With pseudo = 0, infinity where only one side is empty in a bin, and 0 if a whole side is.
 */
export function debiasedPsi(canary: readonly number[], stable: readonly number[], pseudo = 0.5): { psi: number; psiDebiased: number } {
  requireBins(canary, stable)
  if (requireFinite(pseudo, 'pseudo') < 0) throw new RangeError(`pseudo must be at least 0, not ${pseudo}.`)
  const bins = canary.length
  const [nC, nS] = [total(canary) + bins * pseudo, total(stable) + bins * pseudo]
  if (nC === 0 || nS === 0) return { psi: 0, psiDebiased: 0 }
  let psi = 0
  for (let b = 0; b < bins; b += 1) {
    const [c, s] = [(canary[b] + pseudo) / nC, (stable[b] + pseudo) / nS]
    if (c !== s) psi += (c - s) * Math.log(c / s)
  }
  return { psi, psiDebiased: Math.max(0, psi - (bins - 1) * (1 / nC + 1 / nS)) }
}

/** Jensen-Shannon divergence of two histograms in bits, 0 .. 1; 0 when a side is empty. */
export function jensenShannon(a: readonly number[], b: readonly number[]): number {
  requireBins(a, b)
  const [nA, nB] = [total(a), total(b)]
  if (nA === 0 || nB === 0) return 0
  const half = (p: number, mean: number) => (p > 0 ? (p / 2) * Math.log2(p / mean) : 0)
  let sum = 0
  for (let i = 0; i < a.length; i += 1) {
    const [p, q] = [a[i] / nA, b[i] / nB]
    sum += half(p, (p + q) / 2) + half(q, (p + q) / 2)
  }
  return Math.min(1, Math.max(0, sum))
}

/** What a drift page shows for one feature or score against its baseline. A warning, never a verdict: live data is not exchangeable with a reference. */
export interface Drift {
  readonly n: number
  readonly baselineN: number
  readonly psi: number
  readonly psiDebiased: number
  readonly js: number
  readonly chiSquare: number
  readonly p: number
  /** Enough values (50 per bin) on both sides for the number to mean something; else say "not enough data". */
  readonly enough: boolean
}

export function driftFromBaseline(live: readonly number[], baseline: readonly number[]): Drift {
  const [n, baselineN] = [total(live), total(baseline)]
  const { statistic, p } = chiSquareHomogeneity(live, baseline)
  const enough = Math.min(n, baselineN) >= ENOUGH_PER_BIN * live.length
  return { n, baselineN, ...debiasedPsi(live, baseline), js: jensenShannon(live, baseline), chiSquare: statistic, p, enough }
}
