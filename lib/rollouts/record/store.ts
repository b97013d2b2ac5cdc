import type { Sql, Tx } from '@/lib/db'
import type { EvidenceRow } from '../evidence'
import type { JudgeInput } from '../judge'
import type { LedgerLine } from '../ledger'
import { readLedger } from '../store'

/** What the judge folds, with when it was written: rows by their slot's closing, frames and generations by their ledger row. */
export interface RecordedInput {
  at: number
  input: JudgeInput
}

export type EvidenceTable = 'evidence' | 'label_evidence'

/** Appends the rows of closed slots. A row that is there already is a fault of the caller's, and fails the transaction. */
export async function insertEvidence(
  sql: Sql,
  table: EvidenceTable,
  rolloutId: string,
  rows: readonly EvidenceRow[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return
  await sql.$executeRawUnsafe(
    `insert into telemetry.${table} (rollout, cluster, slot, generation, frame, counts, flags, at)
     select $1::uuid, cluster, to_timestamp(slot / 1000.0), generation, frame, counts, flags, $2
     from jsonb_to_recordset($3::jsonb) as r(cluster uuid, slot float8, generation int, frame int, counts int[], flags smallint)`,
    rolloutId,
    now,
    JSON.stringify(rows),
  )
}

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
export function inputsOf(lines: readonly LedgerLine[]): RecordedInput[] {
  let at = Number.NEGATIVE_INFINITY
  return lines.flatMap(({ at: written, event }): RecordedInput[] => {
    at = Math.max(at, written)
    if (event.kind === 'frame') return [{ at, input: { kind: 'frame', frame: event.frame } }]
    if (event.kind !== 'wished') return []
    const { generation, place, weights } = event
    return [{ at, input: { kind: 'generation', generation, place, weights } }]
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

const RECORDED = ['frame', 'wished', 'judged'] as const

/** What stands in the ledger after `cursor`, for a reader who has folded every evidence row that there is: its own. */
export async function readLater(tx: Tx, rolloutId: string, cursor: RecordCursor): Promise<ReadRecord> {
  const lines = await readLedger(tx, rolloutId, RECORDED, cursor.seq)
  return { inputs: inputsOf(lines), lines, cursor: { ...cursor, seq: lines.at(-1)?.seq ?? cursor.seq } }
}

/**
 * What the judge folds of a rollout after `cursor` (null: from the start), in the one order in which it was judged: by the time of writing, and within one
 * turn's commit rows before the frames and generations that the turn made. Replaying it gives the same verdicts.
 */
export async function readRecord(tx: Tx, rolloutId: string, cursor: RecordCursor | null): Promise<ReadRecord> {
  const evidenceMs = cursor?.evidenceMs ?? null
  const evidence = await readRows(tx, 'evidence', rolloutId, evidenceMs)
  const labels = await readRows(tx, 'label_evidence', rolloutId, evidenceMs)
  const lines = await readLedger(tx, rolloutId, RECORDED, cursor?.seq)
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
