/** Shift of the first sample over the second: Hodges and Lehmann's estimate, and the lower end of its 98 % interval. */
export interface MannWhitney {
  readonly estimate: number
  readonly low: number
}

/** 99 % quantile of the normal distribution: two sides of 98 %. */
const Z = 2.326348

/**
 * The Mann-Whitney interval of the shift from the ordered pairwise differences (normal approximation, Lehmann 1975): the k-th smallest of the m n differences
 * with k = m n / 2 - z sqrt(m n (m + n + 1) / 12).
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney {
  const [m, n] = [first.length, second.length]
  const differences = new Float64Array(m * n)
  for (let i = 0; i < m; i += 1) for (let j = 0; j < n; j += 1) differences[i * n + j] = first[i] - second[j]
  differences.sort()
  const k = Math.floor((m * n) / 2 - Z * Math.sqrt((m * n * (m + n + 1)) / 12))
  const middle = (m * n - 1) / 2
  return {
    estimate: (differences[Math.floor(middle)] + differences[Math.ceil(middle)]) / 2,
    low: k >= 1 ? differences[k - 1] : Number.NEGATIVE_INFINITY,
  }
}
