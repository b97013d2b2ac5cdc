import type { Gate, NoData, OutcomeGate } from './schema'

export type Metric = Gate['metric']

export const VERDICTS = ['pass', 'fail', 'undecided', 'maturing', 'no-data', 'invalid'] as const
export type VerdictWord = (typeof VERDICTS)[number]

/** `before`: one arm is empty, compared with the frozen reference (weaker); `absolute`: against a fixed number. */
export type Compared = 'side-by-side' | 'before' | 'absolute'

/** Why a verdict is what it is, as data. */
export type VerdictReason =
  | 'proven-worse'
  | 'proven-within-limit'
  | 'below-ceiling'
  | 'between'
  | 'no-reference'
  | 'no-traffic'
  | 'incomplete'
  | 'labels-to-come'
  | 'label-share-off'
  | 'share-off'
  | 'segment-share-off'
  | 'inputs-differ'
  | 'not-judged-here'

/**
 * The numbers of one comparison. Ratio: share of bad (slow, wrong) requests, candidate over stable; an odds ratio where `odds`. null: nothing to divide, or an
 * edge that is still open (upper) or 0 (lower). Each band edge holds with 95 % at all times at once. `limit` is this step's, `finalLimit` that of 100 %.
 */
export interface Comparison {
  /** The segment, or the feature and its bin, that it is of; absent: all requests. */
  readonly of?: string
  /** Latency only: which quantile, and its thresholds in ms. */
  readonly quantile: number | null
  readonly tauMs: number | null
  readonly toleratedMs: number | null
  readonly limitMs: number | null
  readonly xC: number
  readonly nC: number
  readonly xS: number
  readonly nS: number
  readonly ratio: number | null
  readonly lower: number | null
  readonly upper: number | null
  /** The same over this step's acknowledged slots alone, which "within the limit" is said of; `ms`: latency's threshold there. null: nothing counted yet. */
  readonly step: StepComparison | null
  readonly tolerated: number
  readonly limit: number
  readonly finalLimit: number
  readonly odds: boolean
}

export interface StepComparison {
  readonly xC: number
  readonly nC: number
  readonly xS: number
  readonly nS: number
  readonly lower: number | null
  readonly upper: number | null
  readonly ms: number | null
}

/** What was said of one segment. `judged` false: fewer of the candidate's requests (or outcomes) than its own minimum; they count in the whole only. */
export interface SegmentVerdict {
  readonly name: string
  readonly judged: boolean
  readonly have: number
  readonly need: number
  /** Proven within this step's limit. */
  readonly proven: boolean
}

/** How far the labels of this step's predictions have come. Coverage is labels per request; `usual` is stable's over the last hour; seconds. */
export interface Maturity {
  readonly labels: number
  readonly requests: number
  readonly coverage: number | null
  readonly usual: number | null
  /** How long a label takes to come, as frozen. */
  readonly delaySeconds: number | null
  /** About how long until a candidate like stable is proven; null: there is nothing to reckon it from. */
  readonly etaSeconds: number | null
}

/** What one gate says, with everything its sentence needs. Evidence is natural log e-values; `needed` = log(1/alpha). */
export interface GateVerdict {
  readonly metric: Metric
  readonly verdict: VerdictWord
  readonly reason: VerdictReason
  readonly compared: Compared
  /** The comparison that decides (latency: the quantile furthest from its line), first; all of them for latency. */
  readonly parts: readonly Comparison[]
  readonly evidence: number
  readonly needed: number
  /** Evidence without the worst 10 s; only computed when the total reached its bar. */
  readonly withoutWorst: number | null
  readonly safe: number
  readonly safeNeeded: number
  /** Absolute bound of the errors gate at this step (share), the objective's `max`, the accuracy floor's allowed share wrong. */
  readonly ceiling: number | null
  /** Accuracy: tolerated and this step's limit in percentage points, and the frozen accuracy. */
  readonly points: { readonly tolerated: number; readonly limit: number; readonly finalLimit: number; readonly reference: number } | null
  /** Does it have to pass before the next step? */
  readonly gating: boolean
  /** What the plan says that it does without data; left out: it holds. */
  readonly noData?: NoData
  /** Judged and shown, never acted on. */
  readonly dryRun?: true
  /** Gates on labels; absent in what was judged before coverage was kept. */
  readonly maturity?: Maturity | null
  /** Requests are assigned by their key: whatever hangs together by it is in the dispersion, and the share of requests is no test. */
  readonly byKey?: true
  /** Absent where the plan has no segments. */
  readonly segments?: readonly SegmentVerdict[]
  /** Drift: the largest distance of cumulative shares that is still possible, and what is allowed. */
  readonly distance?: { readonly most: number; readonly allowed: number }
  /** Quality and business: what counts as a hit. */
  readonly about?: OutcomeGate | null
}

export type Decision =
  /**
   * `noData`: nothing was proven; the blamed gate has no data, and its plan counts that as a fail. `wave`: which one failed; absent where the evidence is of
   * all waves together.
   */
  | { readonly action: 'return'; readonly blamed: Metric; readonly compared: Compared; readonly noData?: true; readonly wave?: number }
  /** `without-data`: a gate whose plan lets it pass without data had none. */
  | { readonly action: 'advance'; readonly why: 'proven' | 'dwelt' | 'no-gates' | 'without-data' }
  /** The blamed gate has no data: the step may last once longer, then it returns. */
  | { readonly action: 'extend'; readonly blamed: Metric }
  | { readonly action: 'hold'; readonly reasons: readonly ('no-data' | 'invalid' | 'stable-bad')[] }
  | { readonly action: 'wait'; readonly waitingFor: 'acknowledgement' | 'dwell' | 'requests' | 'evidence' | 'labels' | 'person' }

/** A judgement names what it was made from: the last slot folded (ms, null: none) and the `now` it used. */
export interface Judgement {
  readonly wave: number
  readonly step: number | null
  readonly lastSlot: number | null
  readonly now: number
  readonly gates: readonly GateVerdict[]
  readonly decision: Decision
  /** Averaged evidence of all gates (log), the bar, and what stays without the worst 10 s. */
  readonly total: number
  readonly needed: number
  /** Folded, acknowledged seconds and candidate requests of the present position. */
  readonly dwellSeconds: number
  readonly requests: number
  /** The share of requests counted at this step, beside the configured one; null: nothing counted yet. */
  readonly share: { readonly counted: number; readonly configured: number } | null
}
