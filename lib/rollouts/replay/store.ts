import { db, type Tx } from '@/lib/db'
import { Prisma } from '@/lib/generated/prisma/client'
import type { LedgerEvent, LedgerLine } from '../ledger'
import { type ChainCheck, type ChainHead, type ChainRow, verifyChain } from '../ledger-chain'
import { type RecordedInput, readRecord } from '../record/store'
import { findRollout, type KeptRollout } from '../store'

/** All that is stored of a rollout: enough to judge it again, and to see that nothing of it was changed. */
export interface WholeRecord {
  rollout: KeptRollout
  lines: LedgerLine[]
  inputs: RecordedInput[]
  chain: ChainCheck
}

interface StoredLine {
  seq: number
  kind: string
  payload: string
  at: Date
  prevHash: string
  hash: string
}

/** Checks one rollout's chain from what is stored. A rollout that is not there has an intact chain of 0 rows. */
export async function checkChain(tx: Tx, rolloutId: string): Promise<ChainCheck> {
  return verifyChain(rolloutId, (await readLines(tx, rolloutId)).map(chainRow), await readHead(tx, rolloutId))
}

/** Reads a rollout's whole record as of one moment; null when it is not there. */
export async function readWhole(rolloutId: string): Promise<WholeRecord | null> {
  return db().$transaction(
    async (tx) => {
      const rollout = await findRollout(tx, rolloutId)
      if (!rollout) return null
      const stored = await readLines(tx, rolloutId)
      const { inputs } = await readRecord(tx, rolloutId, null)
      return {
        rollout,
        lines: stored.map(lineOf),
        inputs,
        chain: verifyChain(rolloutId, stored.map(chainRow), await readHead(tx, rolloutId)),
      }
    },
    // One snapshot: a turn that commits meanwhile is there as a whole, or not at all. A long rollout has very many rows to read and to hash, which may take longer than a command may.
    { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead, timeout: 60_000 },
  )
}

/** Rollouts by their time of launch, oldest first: all, or the last `limit` that are named by ids. */
export async function listRolloutIds(tx: Tx): Promise<string[]> {
  const rows = await tx.rollout.findMany({ select: { id: true }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  return rows.map((row) => row.id)
}

async function readLines(tx: Tx, rolloutId: string): Promise<StoredLine[]> {
  return tx.$queryRaw<StoredLine[]>`
    select seq, kind, payload::text as payload, at, prev_hash as "prevHash", hash from ledger where rollout_id = ${rolloutId}::uuid order by seq`
}

async function readHead(tx: Tx, rolloutId: string): Promise<ChainHead> {
  const row = await tx.rollout.findUnique({ where: { id: rolloutId }, select: { ledgerSeq: true, ledgerHash: true } })
  return { seq: row?.ledgerSeq ?? 0, hash: row?.ledgerHash ?? '' }
}

function chainRow({ at, ...row }: StoredLine): ChainRow {
  return { ...row, at: at.getTime() }
}

function lineOf({ seq, at, kind, payload }: StoredLine): LedgerLine {
  // Only appendLedger writes this table.
  return { seq, at: at.getTime(), event: { kind, ...JSON.parse(payload) } as LedgerEvent }
}
