import type { CountedShare } from './view-schema'

/** 97.5 % quantile of the normal distribution: an interval that holds with 95 %. */
const Z = 1.959964

/** The share x of n with its 95 % interval (Wilson 1927, score interval); null when nothing was counted, which is not zero. */
export function countedShare(x: number, n: number): CountedShare | null {
  if (n <= 0) return null
  const share = x / n
  const zz = (Z * Z) / n
  const centre = (share + zz / 2) / (1 + zz)
  const half = (Z / (1 + zz)) * Math.sqrt((share * (1 - share)) / n + zz / (4 * n))
  return { share, low: Math.max(0, Math.min(share, centre - half)), high: Math.min(1, Math.max(share, centre + half)), n }
}
