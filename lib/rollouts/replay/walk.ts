import type { LedgerLine } from '../ledger'
import type { RecordedInput } from '../record/store'

/** One thing that happened to a rollout: rows that were folded, or a line that was written. */
export type Moment =
  | { readonly kind: 'rows'; readonly at: number; readonly inputs: readonly RecordedInput[] }
  | { readonly kind: 'line'; readonly line: LedgerLine }

/**
 * A rollout's record in the order in which it was made: the rows of one turn together, before the lines that the turn wrote. Lines go by seq: a command's
 * time is from before it waited for the endpoint's row, so that a later line may carry an earlier time.
 */
export function momentsOf(lines: readonly LedgerLine[], inputs: readonly RecordedInput[]): Moment[] {
  const rows = inputs.filter(({ input }) => input.kind === 'evidence' || input.kind === 'labels')
  const moments: Moment[] = []
  let next = 0
  const rowsUntil = (at: number) => {
    while (next < rows.length && rows[next].at <= at) {
      const turn = rows[next].at
      const from = next
      while (next < rows.length && rows[next].at === turn) next += 1
      moments.push({ kind: 'rows', at: turn, inputs: rows.slice(from, next) })
    }
  }
  let at = Number.NEGATIVE_INFINITY
  for (const line of lines) {
    at = Math.max(at, line.at)
    rowsUntil(at)
    moments.push({ kind: 'line', line })
  }
  rowsUntil(Number.POSITIVE_INFINITY)
  return moments
}
