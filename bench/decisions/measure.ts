import { type Random, seeded } from '@/lib/analysis/chance'
import type { Ended } from './ours'

/** What many runs of one judge in one cell came to. Medians over all runs; a run that never returned counts as longer than any. */
export interface Measured {
  /** Percent of runs that returned, and that were promoted. */
  readonly returned: number
  readonly promoted: number
  /** null: fewer than half of the runs came to that end. */
  readonly secondsToReturn: number | null
  readonly secondsToPromotion: number | null
  /** Median of the bad requests that the candidate answered. */
  readonly bad: number
}

/** Runs a judge `runs` times, each in a world of its own seed. */
export function measure(runs: number, run: (random: Random) => Ended): Measured {
  const ends = Array.from({ length: runs }, (_, i) => run(seeded(i + 1)))
  const secondsTo = (end: Ended['end']) => median(ends.map((one) => (one.end === end ? one.seconds : Number.POSITIVE_INFINITY)))
  const percent = (end: Ended['end']) => (100 * ends.filter((one) => one.end === end).length) / runs
  return {
    returned: percent('returned'),
    promoted: percent('promoted'),
    secondsToReturn: finite(secondsTo('returned')),
    secondsToPromotion: finite(secondsTo('promoted')),
    bad: median(ends.map((one) => one.bad)),
  }
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
