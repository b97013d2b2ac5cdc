import { pool } from '@/lib/db'
import { ensurePartitions } from './partitions'

const DAY = 86_400_000
const MB = 1_000_000

/** How long telemetry is kept, and at most how large it grows: whichever comes first. Evidence and the ledger are kept for good. */
const KEPT: { table: string; ms: number; bytes: number }[] = [
  { table: 'window_5s', ms: 2 * DAY, bytes: 200 * MB },
  { table: 'window_1m', ms: 30 * DAY, bytes: 400 * MB },
  { table: 'window_1h', ms: 400 * DAY, bytes: 400 * MB },
  { table: 'feature_histogram', ms: 30 * DAY, bytes: 200 * MB },
  { table: 'label_1m', ms: 30 * DAY, bytes: 200 * MB },
  { table: 'prediction', ms: 30 * DAY, bytes: 180 * MB },
  { table: 'outcome', ms: 30 * DAY, bytes: 180 * MB },
  { table: 'prediction_sample', ms: 7 * DAY, bytes: 50 * MB },
]

/** Makes the partitions of today and the next two days. Run hourly by a job. */
export async function makePartitions(now: Date): Promise<void> {
  await ensurePartitions(pool(), now.getTime(), now.getTime() + 2 * DAY)
}

/** Drops partitions past their age or budget. Run every ten minutes by a job. Returns how many partitions went. */
export async function retain(now: Date): Promise<number> {
  let dropped = 0
  for (const { table, ms, bytes } of KEPT) {
    const { rows } = await pool().query<{ n: number }>('select telemetry.drop_partitions($1, $2, $3) as n', [
      table,
      new Date(now.getTime() - ms),
      bytes,
    ])
    dropped += rows[0].n
  }
  await pool().query("delete from telemetry.source where greatest(seen_at, refused_at) < clock_timestamp() - interval '7 days'")
  return dropped
}
