import { createHash } from 'node:crypto'

/** One stored row as it is hashed (decision 008). `payload`: Postgres' own text of the jsonb. `at`: ms since epoch. */
export interface ChainRow {
  readonly seq: number
  readonly kind: string
  readonly payload: string
  readonly at: number
  readonly prevHash: string
  readonly hash: string
}

/** What the rollout's own row says of its ledger. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

/** Something that is not as it was written: which row, and what is wrong with it. */
interface ChainFault {
  readonly seq: number
  readonly what: 'changed' | 'missing' | 'not-linked' | 'beyond-head'
  readonly says: string
}

export interface ChainCheck {
  readonly intact: boolean
  readonly rows: number
  /** Hash of the last row; '' where there is none. */
  readonly head: string
  readonly faults: readonly ChainFault[]
}

/** SHA-256 (hex) over rollout id, seq, kind, payload, time and the hash before, one per line; the SQL function `ledger_hash` does the same. */
export function hashOf(rolloutId: string, row: Omit<ChainRow, 'hash'>): string {
  const lines = [rolloutId, row.seq, row.kind, row.payload, row.at, row.prevHash]
  return createHash('sha256').update(lines.join('\n'), 'utf8').digest('hex')
}

/** Checks a rollout's whole ledger, rows in the order of seq. A row that was changed, removed, swapped or put in is named by its seq. Pure. */
export function verifyChain(rolloutId: string, rows: readonly ChainRow[], head: ChainHead): ChainCheck {
  const faults: ChainFault[] = []
  let before: { seq: number; hash: string } = { seq: 0, hash: '' }
  for (const row of rows) {
    for (let seq = before.seq + 1; seq < row.seq; seq += 1) faults.push(missing(seq))
    if (hashOf(rolloutId, row) !== row.hash) faults.push(fault(row.seq, 'changed', `Row ${row.seq} is not what its hash was made from.`))
    if (row.prevHash !== before.hash) faults.push(fault(row.seq, 'not-linked', notLinked(row.seq, before.seq)))
    before = { seq: row.seq, hash: row.hash }
  }
  for (let seq = before.seq + 1; seq <= head.seq; seq += 1) faults.push(missing(seq))
  if (before.seq > head.seq)
    faults.push(fault(before.seq, 'beyond-head', `Row ${before.seq} stands after the last one that the rollout knows of (${head.seq}).`))
  else if (before.seq === head.seq && before.hash !== head.hash)
    faults.push(fault(before.seq, 'changed', `Row ${before.seq} is not the last one that the rollout knows of: its hash is another.`))
  return { intact: faults.length === 0, rows: rows.length, head: before.hash, faults }
}

function fault(seq: number, what: ChainFault['what'], says: string): ChainFault {
  return { seq, what, says }
}

function missing(seq: number): ChainFault {
  return fault(seq, 'missing', `Row ${seq} is missing.`)
}

function notLinked(seq: number, before: number): string {
  return before === 0
    ? `Row ${seq} names a row before it, and there is none.`
    : `Row ${seq} does not follow the row ${before} that stands before it.`
}
