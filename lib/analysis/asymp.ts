import { requireFinite, requireOpenUnit, requirePositive } from './input'

/**
 * Radius of the asymptotic confidence sequence of a mean: sqrt(2 var (n rho2 + 1)/(n^2 rho2) log(sqrt(n rho2 + 1)/alpha)), var = n Var(estimate).
 * Infinity without data. Advisory only: heavy tails break it. Source: Waudby-Smith et al. (arXiv 2103.06476).
 */
export function asymptoticRadius(n: number, variance: number, alpha: number, rho2: number): number {
  requireOpenUnit(alpha, 'alpha')
  requirePositive(rho2, 'rho2')
  if (requireFinite(variance, 'variance') < 0) throw new RangeError(`variance must be at least 0, not ${variance}.`)
  if (requireFinite(n, 'n') <= 0) return Number.POSITIVE_INFINITY
  const scaled = n * rho2 + 1
  return Math.sqrt(((2 * variance * scaled) / (n * n * rho2)) * Math.log(Math.sqrt(scaled) / alpha))
}
