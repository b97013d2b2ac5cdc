/** Grid points per octave of psi. */
export const STEP = 16
/** First and last grid exponent: psi_j = 2^(j/16) from 1/16 to 64. */
const J_LOW = -64
export const J_HIGH = 96
export const POINTS = J_HIGH - J_LOW + 1
/** Two values of log psi closer than this are the same null. */
export const SAME_LOG = 1e-12

/** log psi_j = j log(2) / 16, in grid order. */
export const LOG_PSI: Float64Array = Float64Array.from({ length: POINTS }, (_, i) => ((i + J_LOW) * Math.LN2) / STEP)

/** Laplace prior with a scale of one octave: log pi_j = -|j|/16, normalised by its lse (mixture prior of the e-process). */
export const LOG_PRIOR: Float64Array = normalised(Float64Array.from({ length: POINTS }, (_, i) => -Math.abs(i + J_LOW) / STEP))

/** log(sum exp(v)) over values[from, to) with the maximum taken out first, so that nothing overflows; -infinity for nothing. */
export function lse(values: ArrayLike<number>, from = 0, to = values.length): number {
  let max = Number.NEGATIVE_INFINITY
  for (let i = from; i < to; i += 1) if (values[i] > max) max = values[i]
  if (!Number.isFinite(max)) return max
  let sum = 0
  for (let i = from; i < to; i += 1) sum += Math.exp(values[i] - max)
  return max + Math.log(sum)
}

/** log(exp(a) + exp(b)). */
export function logAdd(a: number, b: number): number {
  const max = Math.max(a, b)
  return Number.isFinite(max) ? max + Math.log1p(Math.exp(Math.min(a, b) - max)) : max
}

function normalised(logs: Float64Array): Float64Array {
  const total = lse(logs)
  return logs.map((value) => value - total)
}
