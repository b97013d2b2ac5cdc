import type { EvidenceRow } from './evidence'
import type { Frame } from './frame'
import type { PlanDocument } from './schema'
import type { Place } from './state'
import type { Judgement } from './verdict'

/**
 * What the judge folds, in this order: by slot; before the rows of a slot the frames and generations that were made before it. `generation` and `frame` come
 * from the ledger (`wished`, `frame`), rows from the evidence tables. For every closed slot there is one row per cluster and generation, zeros included:
 * missing is not zero. Weights: candidate basis points per cluster id of that generation.
 */
export type JudgeInput =
  | { readonly kind: 'generation'; readonly generation: number; readonly place: Place; readonly weights: Readonly<Record<string, number>> }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'evidence'; readonly row: EvidenceRow }
  | { readonly kind: 'labels'; readonly row: EvidenceRow }

/** Where the rollout stands when it is judged. `acknowledgedAt`: since when the step's weight is acknowledged (ms), null: not yet. */
export interface JudgePoint {
  readonly place: Place
  readonly acknowledgedAt: number | null
  readonly now: number
}

/** The accumulator: kept in memory by cursor, rebuilt by folding again. Not JSON. */
export interface Bench {
  readonly plan: PlanDocument
}

/** An empty accumulator. */
export function start(_plan: PlanDocument): Bench {
  throw new Error('not yet')
}

/** Folds one input. Mutates and returns `bench`. RangeError for a row of an unknown generation or frame, or with counts of another shape. */
export function fold(_bench: Bench, _input: JudgeInput): Bench {
  throw new Error('not yet')
}

/** Verdict per gate and the decision. Changes nothing; the same bench and point give the same answer. Works for a promoted rollout in watch, too (place: the last step of the last wave). */
export function decide(_bench: Bench, _point: JudgePoint): Judgement {
  throw new Error('not yet')
}

/** Live and replay are this: a left fold, then a decision. */
export function judge(plan: PlanDocument, inputs: Iterable<JudgeInput>, point: JudgePoint): Judgement {
  const bench = start(plan)
  for (const input of inputs) fold(bench, input)
  return decide(bench, point)
}
