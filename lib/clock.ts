import type { Sql } from './db'

/** Slot length in ms: the unit of windows. Two slots are a block. */
export const SLOT_MS = 5_000

/** The house's time is Postgres time: read it inside the transaction that uses it. */
export async function databaseNow(tx: Sql): Promise<Date> {
  const rows = await tx.$queryRaw<{ now: Date }[]>`select clock_timestamp() as now`
  const row = rows[0]
  if (!row) throw new Error('Postgres did not tell the time')
  return row.now
}

/** Start of the slot that holds a time, ms since epoch. */
export function slotOf(ms: number): number {
  return Math.floor(ms / SLOT_MS) * SLOT_MS
}
