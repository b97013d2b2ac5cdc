import { accuracy, auc, brier, type Confusion, costPerThousand } from '@/lib/analysis/classification'
import type { CheckRun } from './check-run-schema'

/**
 * Quality of scores on labelled rows (label 0 or 1; others and rows without a score are left out). Accuracy and cost need the threshold: at or above it is
 * positive. The threshold t says what a missed positive costs in false alarms, (1 - t) / t: that is the price here.
 */
export function qualityOf(
  scores: readonly (number | null)[],
  labels: readonly (number | null)[],
  threshold: number | null,
): CheckRun['quality'] {
  const rows = scores.flatMap((score, i) => {
    const label = labels[i]
    return score !== null && (label === 0 || label === 1) ? [{ score, label }] : []
  })
  if (rows.length === 0) return null
  const positives = rows.filter((row) => row.label === 1)
  const confusion = threshold === null ? null : confusionOf(rows, threshold)
  const sums = {
    n: rows.length,
    positives: positives.length,
    scoreSquares: rows.reduce((sum, row) => sum + row.score ** 2, 0),
    positiveScores: positives.reduce((sum, row) => sum + row.score, 0),
  }
  const probabilities = rows.every((row) => row.score >= 0 && row.score <= 1)
  return {
    n: rows.length,
    positives: positives.length,
    accuracy: confusion ? accuracy(confusion).accuracy : null,
    auc: exactAuc(rows),
    brier: probabilities ? brier(sums) : null,
    cost: confusion && threshold ? costPerThousand(confusion, { missed: (1 - threshold) / threshold, falseAlarm: 1 }) : null,
  }
}

interface Labelled {
  score: number
  label: number
}

function confusionOf(rows: readonly Labelled[], threshold: number): Confusion {
  const count = (label: number, positive: boolean) =>
    rows.filter((row) => row.label === label && row.score >= threshold === positive).length
  return { truePositive: count(1, true), falsePositive: count(0, true), trueNegative: count(0, false), falseNegative: count(1, false) }
}

/** AUC over one bin per distinct score: exact, ties count half. */
function exactAuc(rows: readonly Labelled[]): number | null {
  const scores = [...new Set(rows.map((row) => row.score))].sort((a, b) => a - b)
  const place = new Map(scores.map((score, i) => [score, i]))
  const bins = [new Array<number>(scores.length).fill(0), new Array<number>(scores.length).fill(0)]
  for (const row of rows) {
    const at = place.get(row.score) ?? 0
    const side = bins[row.label]
    if (side) side[at] = (side[at] ?? 0) + 1
  }
  return auc(bins[1] ?? [], bins[0] ?? [])
}

/** The quantile by nearest rank; null of nothing. */
export function quantileOf(values: readonly number[], q: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? null
}
