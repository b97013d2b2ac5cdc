import type { Sql, Tx } from '@/lib/db'
import type { EvidenceRow } from '../evidence'
import type { JudgeInput } from '../judge'
import { judgeInput, type LedgerLine } from '../ledger'
import { readLedger, readLedgersAfter } from '../store'

/** What the judge folds, with when it was written: rows by their slot's closing, frames and generations by their ledger row. */
export interface RecordedInput {
  at: number
  input: JudgeInput
}

export type EvidenceTable = 'evidence' | 'label_evidence'

interface StoredRow {
  cluster: string
  slot: Date
  generation: number
  frame: number
  counts: number[]
  flags: number
  at: Date
}

/** The rows of a rollout in the order of slots, those written after `afterMs` (null: all). */
async function readRows(
  sql: Sql,
  table: EvidenceTable,
  rolloutId: string,
  afterMs: number | null,
): Promise<(EvidenceRow & { at: number })[]> {
  const rows = await sql.$queryRawUnsafe<StoredRow[]>(
    `select cluster, slot, generation, frame, counts, flags, at from telemetry.${table}
     where rollout = $1::uuid and ($2::timestamptz is null or at > $2) order by at, slot, cluster, generation`,
    rolloutId,
    afterMs === null ? null : new Date(afterMs),
  )
  return rows.map((row) => ({ ...row, slot: row.slot.getTime(), at: row.at.getTime() }))
}

/**
 * Ledger lines as inputs of the judge; other kinds are none. Lines go by seq: a command's time is from before it waited for the endpoint's row, so that a
 * later line may carry an earlier time, and counts as written with the one before it.
 */
function inputsOf(lines: readonly LedgerLine[]): RecordedInput[] {
  let at = Number.NEGATIVE_INFINITY
  return lines.flatMap(({ at: written, event }): RecordedInput[] => {
    at = Math.max(at, written)
    const input = judgeInput(event)
    return input ? [{ at, input }] : []
  })
}

/** How far a record was read. */
export interface RecordCursor {
  seq: number
  evidenceMs: number | null
}

export interface ReadRecord {
  inputs: RecordedInput[]
  lines: LedgerLine[]
  cursor: RecordCursor
}

/** A reader who has folded every evidence row that there is: its own. */
export interface Reader {
  rolloutId: string
  cursor: RecordCursor
}

/** What stands in the ledgers after each reader's cursor, in their order. */
export async function readLater(tx: Tx, readers: readonly Reader[]): Promise<ReadRecord[]> {
  const later = await readLedgersAfter(tx, new Map(readers.map(({ rolloutId, cursor }) => [rolloutId, cursor.seq])))
  return readers.map(({ rolloutId, cursor }) => {
    const lines = later.get(rolloutId) ?? []
    return { inputs: inputsOf(lines), lines, cursor: { ...cursor, seq: lines.at(-1)?.seq ?? cursor.seq } }
  })
}

/**
 * What the judge folds of a rollout after `cursor` (null: from the start), in the one order in which it was judged: by the time of writing, and within one
 * turn's commit rows before the frames and generations that the turn made. Replaying it gives the same verdicts.
 */
export async function readRecord(tx: Tx, rolloutId: string, cursor: RecordCursor | null): Promise<ReadRecord> {
  const evidenceMs = cursor?.evidenceMs ?? null
  const evidence = await readRows(tx, 'evidence', rolloutId, evidenceMs)
  const labels = await readRows(tx, 'label_evidence', rolloutId, evidenceMs)
  const lines = await readLedger(tx, rolloutId, undefined, cursor?.seq)
  const rows = [
    ...evidence.map(({ at, ...row }) => ({ at, slot: row.slot, rank: 0, input: { kind: 'evidence' as const, row } })),
    ...labels.map(({ at, ...row }) => ({ at, slot: row.slot, rank: 1, input: { kind: 'labels' as const, row } })),
    ...inputsOf(lines).map(({ at, input }) => ({ at, slot: Number.POSITIVE_INFINITY, rank: 2, input })),
  ]
  // Stable: what is equal keeps the order it was read in.
  rows.sort((a, b) => a.at - b.at || compareSlots(a.slot, b.slot) || a.rank - b.rank)
  const last = evidence.at(-1)
  return {
    inputs: rows.map(({ at, input }) => ({ at, input })),
    lines,
    cursor: { seq: lines.at(-1)?.seq ?? cursor?.seq ?? 0, evidenceMs: last?.at ?? evidenceMs },
  }
}

function compareSlots(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
