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

/** The slot in which a time lies. */
export function slotOf(at: number): number {
  return Math.floor(at / SLOT_MS) * SLOT_MS
}

/**
 * Flags of a row. `acknowledgedAt`: when its generation was acknowledged on its cluster (null: not); `supersededAt`: when a later one was;
 * `firstWeightAt`: first acknowledged weight above 0 there; `burnIn` in seconds. A slot is acknowledged only as a whole.
 */
export function flagsOf(row: {
  slot: number
  acknowledgedAt: number | null
  supersededAt: number | null
  firstWeightAt: number | null
  burnIn: number
  incomplete: boolean
}): number {
  const { slot, acknowledgedAt, supersededAt, firstWeightAt } = row
  const burning = firstWeightAt === null || slot < firstWeightAt + row.burnIn * 1_000
  const whole = acknowledgedAt !== null && slot >= acknowledgedAt && (supersededAt === null || slot + SLOT_MS <= supersededAt)
  return (burning ? BURN_IN : 0) | (row.incomplete ? INCOMPLETE : 0) | (whole ? ACKNOWLEDGED : 0)
}
