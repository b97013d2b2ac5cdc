/**
 * Log likelihood ratio of "x hits out of K, null hit share w, odds multiplied by psi" against psi = 1:
 * x log psi - K log1p(w expm1(log psi)). 0 when K <= 0 or w is not strictly between 0 and 1: no information.
 * Source: conditional multinomial test of Lindon & Malek (arXiv 2011.03567). Shapes are not checked: the callers do.
 */
export function tilt(x: number, K: number, w: number, logPsi: number): number {
  if (K <= 0 || w <= 0 || w >= 1) return 0
  return x * logPsi - K * Math.log1p(w * Math.expm1(logPsi))
}

/** Adds `tilt` at every log psi to `out`, with the expm1 of each taken from a table. x, K and 0 < w < 1 are not checked. */
export function addTilt(out: Float64Array, x: number, K: number, w: number, psi: { logPsi: Float64Array; expm1Psi: Float64Array }): void {
  const { logPsi, expm1Psi } = psi
  for (let j = 0; j < out.length; j += 1) out[j] += x * logPsi[j] - K * Math.log1p(w * expm1Psi[j])
}
