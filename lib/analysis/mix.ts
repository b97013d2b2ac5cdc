import { lse } from './grid'
import { requireFinite, requireNumber } from './input'

/**
 * log of the weighted average of e-values: lse(log w_m + logE_m) over w_m > 0. An average of e-values is an e-value under any dependence
 * when the weights sum to at most 1 (they are taken as given). -infinity for nothing. RangeError for NaN, a negative weight or unequal lengths.
 */
export function mix(logEs: readonly number[], weights: readonly number[]): number {
  if (logEs.length !== weights.length) throw new RangeError(`${logEs.length} e-values need as many weights, not ${weights.length}.`)
  const terms: number[] = []
  logEs.forEach((logE, m) => {
    requireNumber(logE, 'logE')
    if (requireFinite(weights[m], 'weight') < 0) throw new RangeError(`weight must be at least 0, not ${weights[m]}.`)
    if (weights[m] > 0) terms.push(Math.log(weights[m]) + logE)
  })
  return lse(terms)
}
