import type { ReturnTimes } from '../ledger'

/** One return with its times, ms since epoch. */
export interface MeasuredReturn {
  rolloutId: string
  model: string
  environment: string
  at: string
  /** From the first bad slot (from the decision, where none is known) to counted, ms; null: never counted within 10 min. */
  lasted: number | null
  times: ReturnTimes
}

/** Quantiles of one part of the way, ms; null: nothing to say. */
export interface Spread {
  n: number
  p50: number | null
  p95: number | null
}

/** All returns that were measured, newest first, and how long they took. */
export interface ReturnSpread {
  total: Spread
  /** First bad slot to decision: the evidence's part. */
  decide: Spread
  /** Decision to counted: ours and the cluster's part. */
  act: Spread
  uncounted: number
  newest: MeasuredReturn[]
}
