import { requireFinite, requirePositive } from './input'

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
const TINY = 1e-300
const PRECISION = 1e-16

/** Upper tail P(X >= x) of the chi-square distribution; keeps its precision far out (1 - cdf would be 0). Regularised incomplete gamma Q(df/2, x/2). */
export function chiSquareTail(x: number, df: number): number {
  requirePositive(df, 'df')
  if (requireFinite(x, 'x') <= 0) return 1
  const [a, z] = [df / 2, x / 2]
  const scale = Math.exp(a * Math.log(z) - z - logGamma(a))
  return Math.min(1, Math.max(0, z < a + 1 ? 1 - scale * lowerSeries(a, z) : scale * upperFraction(a, z)))
}

/** Pearson's test that two histograms come from one distribution; bins empty on both sides do not count. p = 1 when there is nothing to compare. */
export function chiSquareHomogeneity(a: readonly number[], b: readonly number[]): { statistic: number; df: number; p: number } {
  const [nA, nB] = [a, b].map((counts) => counts.reduce((sum, count) => sum + count, 0))
  const used = a.map((count, i) => ({ count, both: count + b[i] })).filter((bin) => bin.both > 0)
  const df = used.length - 1
  if (nA === 0 || nB === 0 || df < 1) return { statistic: 0, df: 0, p: 1 }
  const share = nA / (nA + nB)
  const statistic = used.reduce((sum, { count, both }) => sum + (count - both * share) ** 2 / (both * share * (1 - share)), 0)
  return { statistic, df, p: chiSquareTail(statistic, df) }
}

/** log Gamma(x) for x > 0 (Lanczos, g = 7). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const base = x - 1 + 7.5
  const series = LANCZOS.reduce((sum, c, i) => (i === 0 ? c : sum + c / (x - 1 + i)), 0)
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(series)
}

/** sum z^k / (a (a+1) ... (a+k)): the lower incomplete gamma, for z < a + 1. */
function lowerSeries(a: number, z: number): number {
  let term = 1 / a
  let sum = term
  for (let k = 1; term > PRECISION * sum; k += 1) {
    term *= z / (a + k)
    sum += term
  }
  return sum
}

/** Continued fraction of the upper incomplete gamma (Lentz), for z >= a + 1. */
function upperFraction(a: number, z: number): number {
  let b = z + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let value = d
  for (let i = 1, change = 0; i < 100_000 && Math.abs(change - 1) > PRECISION; i += 1) {
    const an = -i * (i - a)
    b += 2
    d = 1 / guarded(an * d + b)
    c = guarded(b + an / c)
    change = d * c
    value *= change
  }
  return value
}

function guarded(value: number): number {
  return Math.abs(value) < TINY ? TINY : value
}
