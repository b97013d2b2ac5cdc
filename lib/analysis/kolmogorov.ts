import { debiasedPsi, requireBins, total } from './divergence'
import { requireFinite, requireOpenUnit } from './input'

/**
 * Time-uniform radius of an empirical distribution function after n values at level a:
 * min(1, 0.85 sqrt((log log(e n) + 0.8 log(1612/a))/n)); 1 when n < 1. Source: Howard & Ramdas (arXiv 1906.09712).
 */
export function ksRadius(n: number, a: number): number {
  requireOpenUnit(a, 'a')
  if (requireFinite(n, 'n') < 1) return 1
  return Math.min(1, 0.85 * Math.sqrt((Math.log1p(Math.log(n)) + 0.8 * Math.log(1612 / a)) / n))
}

/**
 * Two histograms on common edges: the largest difference D of cumulative shares with its time-uniform band D -+ (r(nC) + r(nS)), alpha/2 per arm
 * ([0, 0, 1] if an arm is empty), and the population stability index, raw and debiased (see divergence.ts).
 */
export function ksPsi(
  canary: readonly number[],
  stable: readonly number[],
  alpha: number,
  pseudo = 0.5,
): { d: number; lower: number; upper: number; psi: number; psiDebiased: number } {
  requireBins(canary, stable)
  requireOpenUnit(alpha, 'alpha')
  const index = debiasedPsi(canary, stable, pseudo)
  const [nC, nS] = [total(canary), total(stable)]
  if (nC === 0 || nS === 0) return { d: 0, lower: 0, upper: 1, ...index }
  let [d, sumC, sumS] = [0, 0, 0]
  for (let b = 0; b < canary.length; b += 1) {
    sumC += canary[b]
    sumS += stable[b]
    d = Math.max(d, Math.abs(sumC / nC - sumS / nS))
  }
  const radius = ksRadius(nC, alpha / 2) + ksRadius(nS, alpha / 2)
  return { d, lower: Math.max(0, d - radius), upper: Math.min(1, d + radius), ...index }
}
