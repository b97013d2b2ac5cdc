import { requireCount, requireFinite } from './input'

/** Terms below this part of the sum are left out; the terms are log-concave, so what is left out is far below 1e-15. */
const NEGLIGIBLE = 1e-20
/** Largest support `hyper` computes: 32 MB of tables. Windows fall back to the tilt long before. */
const LARGEST_SUPPORT = 4_194_304

/**
 * Log likelihood ratio of Fisher's noncentral hypergeometric at odds ratio exp(logPsi) against 1, for x candidate hits when
 * K hits fell on nC candidate and nS stable trials: x lp - [lse_u(lr_u + u lp) - lse_u(lr_u)] over the support
 * u = max(0, K - nS) .. min(nC, K), with lr_{u+1} = lr_u + log((nC-u)(K-u) / ((u+1)(nS-K+u+1))).
 * 0 when the support has fewer than two points. Source: exact two-sample e-variables of Turner, Ly & Grünwald (arXiv 2106.02693).
 * RangeError for what is not a count, or a support beyond four million points.
 */
export function hyper(x: number, K: number, nC: number, nS: number, logPsi: number): number {
  requireCount(x, 'x')
  requireCount(K, 'K')
  requireCount(nC, 'nC')
  requireCount(nS, 'nS')
  requireFinite(logPsi, 'logPsi')
  const out = new Float64Array(1)
  addHyper(out, x, K, nC, nS, [logPsi])
  return out[0]
}

/** Adds `hyper` at every log psi to `out`: the tables are built once, each sum runs outward from its mode. Shapes are not checked. */
export function addHyper(out: Float64Array, x: number, K: number, nC: number, nS: number, logPsis: ArrayLike<number>): void {
  const low = Math.max(0, K - nS)
  const steps = Math.min(nC, K) - low
  if (steps < 1) return
  if (steps > LARGEST_SUPPORT)
    throw new RangeError(`The exact form takes at most ${LARGEST_SUPPORT} outcomes, not ${steps + 1}: use the tilt.`)
  const ratios = new Float64Array(steps)
  const logs = new Float64Array(steps + 1)
  for (let i = 0; i < steps; i += 1) {
    const u = low + i
    ratios[i] = ((nC - u) * (K - u)) / ((u + 1) * (nS - K + u + 1))
    logs[i + 1] = logs[i] + Math.log(ratios[i])
  }
  const atOne = logTotal(ratios, logs, low, 0)
  for (let j = 0; j < logPsis.length; j += 1) out[j] += x * logPsis[j] - (logTotal(ratios, logs, low, logPsis[j]) - atOne)
}

/** lse over u of lr_u + u lp: from the largest term outward, multiplying by the (decreasing) ratios of neighbours. */
function logTotal(ratios: Float64Array, logs: Float64Array, low: number, logPsi: number): number {
  const psi = Math.exp(logPsi)
  const mode = firstBelow(ratios, 1 / psi)
  let sum = 1
  for (let i = mode, term = 1; i < ratios.length && term > NEGLIGIBLE * sum; i += 1) {
    term *= ratios[i] * psi
    sum += term
  }
  for (let i = mode - 1, term = 1; i >= 0 && term > NEGLIGIBLE * sum; i -= 1) {
    term /= ratios[i] * psi
    sum += term
  }
  return logs[mode] + (low + mode) * logPsi + Math.log(sum)
}

/** First index whose ratio is below `bound`; ratios strictly decrease. */
function firstBelow(ratios: Float64Array, bound: number): number {
  let from = 0
  let to = ratios.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (ratios[middle] < bound) to = middle
    else from = middle + 1
  }
  return from
}
