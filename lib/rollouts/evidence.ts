/** A slot is 5 s of counting; two slots are a block. */
export const SLOT_MS = 5_000
export const BURN_IN = 1
export const INCOMPLETE = 2
export const ACKNOWLEDGED = 4

/** One row of `telemetry.evidence` or `label_evidence`. Times in ms since epoch. */
export interface EvidenceRow {
  readonly cluster: string
  readonly slot: number
  readonly generation: number
  readonly frame: number
  readonly counts: readonly number[]
  /** BURN_IN | INCOMPLETE | ACKNOWLEDGED */
  readonly flags: number
}

/** A source as its row stands in telemetry.source. */
export interface SourceMark {
  readonly cluster: string
  readonly watermark: number
  readonly final: boolean
}

export interface ClosedSlot {
  readonly slot: number
  /** Ids of clusters whose sources had not all passed it when it was closed. */
  readonly incomplete: readonly string[]
}

/** The slot in which a time lies. */
export function slotOf(at: number): number {
  return Math.floor(at / SLOT_MS) * SLOT_MS
}

/**
 * The slots from `from` on that are closed now, for all clusters of the present and earlier waves at once, in order: every source alive has passed it, or 10 s
 * after its end, counted from `gapEnd` (end of the last engine or ingest gap > 5 s) if that is later. `limit` bounds one turn's work.
 */
export function closeSlots(_options: {
  from: number
  clusters: readonly string[]
  sources: readonly SourceMark[]
  now: number
  gapEnd: number
  limit?: number
}): ClosedSlot[] {
  throw new Error('not yet')
}

/**
 * Flags of a row. `acknowledgedAt`: when its generation was acknowledged on its cluster (null: not); `supersededAt`: when a later one was;
 * `firstWeightAt`: first acknowledged weight above 0 there; `burnIn` in seconds.
 */
export function flagsOf(_row: {
  slot: number
  acknowledgedAt: number | null
  supersededAt: number | null
  firstWeightAt: number | null
  burnIn: number
  incomplete: boolean
}): number {
  throw new Error('not yet')
}
