import type { TensorSpec } from './protocol'

/**
 * The output that holds the score: among floating-point outputs of one column per row (or two, class 0 and class 1), the first whose name speaks of
 * a probability or score, else the first. null when the model has none: then nothing is scored.
 */
export function scoreOutput(outputs: readonly TensorSpec[]): string | null {
  const fit = outputs.filter(
    ({ datatype, shape }) => (datatype === 'FP32' || datatype === 'FP64') && shape.length <= 2 && (shape[1] ?? 1) <= 2,
  )
  return (fit.find(({ name }) => /prob|score/i.test(name)) ?? fit[0])?.name ?? null
}

/** One score per row: the single column, or the second of two (the probability of class 1). null where the output has another form. */
export function scoresOf(data: ArrayLike<number>, dims: readonly number[], rows: number): (number | null)[] {
  const width = data.length / rows
  if ((dims[0] ?? 0) !== rows || (width !== 1 && width !== 2)) return new Array<number | null>(rows).fill(null)
  return Array.from({ length: rows }, (_, row) => {
    const value = data[row * width + width - 1]
    return Number.isFinite(value) ? value : null
  })
}

/** The decision: at or above the version's threshold. Without a threshold or a score nothing is positive. */
export function isPositive(score: number | null, threshold: number | null): boolean {
  return score !== null && threshold !== null && score >= threshold
}
