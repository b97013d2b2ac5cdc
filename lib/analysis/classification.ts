import { J_HIGH, STEP } from './grid'
import { requireCount, requireFinite, requireHits } from './input'

/** Highest odds ratio the grid can judge: 64. */
const LARGEST_RATIO = 2 ** (J_HIGH / STEP)

/** Labelled predictions of a binary model. */
export interface Confusion {
  readonly truePositive: number
  readonly falsePositive: number
  readonly trueNegative: number
  readonly falseNegative: number
}

/** Right, wrong, all, and the share right (null without labels). */
export function accuracy(confusion: Confusion): { right: number; wrong: number; n: number; accuracy: number | null } {
  for (const count of Object.values(confusion)) requireCount(count, 'a count of predictions')
  const right = confusion.truePositive + confusion.trueNegative
  const wrong = confusion.falsePositive + confusion.falseNegative
  const n = right + wrong
  return { right, wrong, n, accuracy: n === 0 ? null : right / n }
}

/** Cost per 1,000 labelled predictions: a missed positive and a false alarm at their prices. null without labels. */
export function costPerThousand(confusion: Confusion, prices: { missed: number; falseAlarm: number }): number | null {
  const { n } = accuracy(confusion)
  const cost =
    confusion.falseNegative * requireFinite(prices.missed, 'missed') +
    confusion.falsePositive * requireFinite(prices.falseAlarm, 'falseAlarm')
  return n === 0 ? null : (1000 * cost) / n
}

/**
 * Odds ratio of being wrong when accuracy falls by `points` percentage points from `stable` (0 .. 1): the null of the accuracy gate.
 * At most 64, the end of the grid, also where stable is never wrong or has not that much to lose.
 */
export function oddsRatioOfDrop(stable: number, points: number): number {
  if (!(stable >= 0 && stable <= 1)) throw new RangeError(`An accuracy lies between 0 and 1, not ${stable}.`)
  if (requireFinite(points, 'points') < 0) throw new RangeError(`points must be at least 0, not ${points}.`)
  const drop = points / 100
  if (drop === 0) return 1
  return stable > drop && stable < 1 ? Math.min(LARGEST_RATIO, (1 + drop / (1 - stable)) * (stable / (stable - drop))) : LARGEST_RATIO
}

/** Area under the ROC curve from score histograms by label, bins in rising order of score: P(positive above negative), ties in a bin count half. null if a label is missing. */
export function auc(positives: readonly number[], negatives: readonly number[]): number | null {
  if (positives.length !== negatives.length)
    throw new RangeError(`Histograms differ in length: ${positives.length} and ${negatives.length}.`)
  let [below, wins, allPositive] = [0, 0, 0]
  positives.forEach((count, b) => {
    wins += requireCount(count, 'a bin count') * (below + requireCount(negatives[b], 'a bin count') / 2)
    below += negatives[b]
    allPositive += count
  })
  return allPositive === 0 || below === 0 ? null : wins / (allPositive * below)
}

/** Brier score, the mean of (score - label)^2, from sums: (sum score^2 - 2 sum of positives' scores + positives) / n. null without labels. */
export function brier(sums: { n: number; positives: number; scoreSquares: number; positiveScores: number }): number | null {
  const { n, positives, scoreSquares, positiveScores } = sums
  requireHits(positives, n, 'positives', 'n')
  const error = requireFinite(scoreSquares, 'scoreSquares') - 2 * requireFinite(positiveScores, 'positiveScores') + positives
  return n === 0 ? null : Math.max(0, error) / n
}
