import type { BadgeTone } from '@/components/ui/badge'
import { formatCount } from '@/lib/format'
import type { DriftRow } from '@/lib/monitoring/schema'

/** Values per bin on each side below which a drift number says little. */
const ENOUGH_PER_BIN = 50
const LOOK = 0.1
const LOOK_FIRST = 0.2

/** The rule of thumb in words: where to look, never a verdict. */
export function driftWord(row: DriftRow): { text: string; tone: BadgeTone } {
  if (!row.enough) return { text: 'not enough data', tone: 'quiet' }
  if (row.psiDebiased < LOOK) return { text: 'little', tone: 'quiet' }
  return row.psiDebiased < LOOK_FIRST ? { text: 'some: look', tone: 'warn' } : { text: 'much: look first', tone: 'warn' }
}

/** "n 3,120 against 40,000"; where that is too few, how many there must be. */
export function driftN(row: DriftRow): string {
  const needed = ENOUGH_PER_BIN * row.baseline.length
  const has = `n ${formatCount(row.n)} against ${formatCount(row.baselineN)}`
  return row.enough ? has : `${has}; each needs ${formatCount(needed)}`
}
