import { requireHits } from './input'
import { trials } from './trials'

/** The odds of a share may be off by a tenth before it is called off: gateways round their weights, and requests in flight differ between versions. */
const SLACK = 1.1
/** A false alarm has this chance at most, per span that is looked at. */
const ALPHA = 1e-6
/** A weight of 0 or of 100 % is kept to within this share: a gateway may round, and may finish what it began. */
const LEAST = 0.001

const OTHER = { more: 'less', less: 'more', neither: null } as const

/**
 * Can x of n requests come from a router that gives each one with chance `weight` (0..1)? `more`, `less`: no. Each side is an e-value of the mixture likelihood ratio
 * against odds within a tenth (`trials`), and by Ville's inequality P(e >= 1 / alpha) <= alpha under any such router, however often n is looked at. RangeError for
 * counts that are not counts.
 */
export function offWeight(x: number, n: number, weight: number): 'more' | 'less' | null {
  requireHits(x, n, 'x', 'n')
  if (n === 0) return null
  // The same question asked of the rest: the evidence is sharper for the smaller share.
  if (weight > 0.5 || (weight === 0.5 && x < n / 2)) return OTHER[offWeight(n - x, n, 1 - weight) ?? 'neither']
  const w = Math.max(LEAST, weight)
  const { logEGt, logELt } = trials(x, n, w, { psiGt: SLACK, psiLt: 1 / SLACK })
  const bar = Math.log(1 / ALPHA)
  if (logEGt >= bar) return 'more'
  return weight > 0 && logELt >= bar ? 'less' : null
}
