import type { Band } from './band'
import { requireCount, requireNumber, requireOpenUnit } from './input'
import { trialsLogE } from './trials'

/**
 * Confidence sequence of the p-quantile from counts in (edge_{i-1}, edge_i], for display: the one-sample test (w = p, psi0 = 1, alpha/2 per side)
 * inverted at every edge. lower: the last edge proven to lie below the quantile, else 0; upper: the first edge proven to lie above it, else infinity.
 */
export function quantileCs(edges: readonly number[], counts: readonly number[], p: number, alpha: number): Band {
  if (edges.length !== counts.length) throw new RangeError(`${edges.length} edges need as many counts, not ${counts.length}.`)
  requireOpenUnit(p, 'p')
  const needed = Math.log(2 / requireOpenUnit(alpha, 'alpha'))
  const total = counts.reduce((sum, count) => sum + requireCount(count, 'a count'), 0)
  let [lower, upper, cumulative] = [0, Number.POSITIVE_INFINITY, 0]
  edges.forEach((edge, i) => {
    if (i > 0 && !(requireNumber(edge, 'edge') > edges[i - 1]))
      throw new RangeError(`Edges must rise: ${edges[i - 1]} is followed by ${edge}.`)
    cumulative += counts[i]
    if (trialsLogE(cumulative, total, p, 'lt') >= needed) lower = edge
    if (upper === Number.POSITIVE_INFINITY && trialsLogE(cumulative, total, p, 'gt') >= needed) upper = edge
  })
  return { lower, upper }
}
