import { createSketch } from '@/lib/analysis/sketch'
import { mergeEncoded } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import type { PastMinute } from './backtest'

/** How far a back-test looks. */
const PAST_DAYS = 7

/** What a version counted on one cluster of an endpoint in the last 7 days, minute by minute. */
export async function readPast(endpointId: string, versionId: string, clusterId: string, now: Date): Promise<PastMinute[]> {
  const of = [endpointId, versionId, clusterId, new Date(now.getTime() - PAST_DAYS * 86_400_000)]
  const series = `select id from telemetry.series
    where endpoint_id = $1 and version_id = $2 and cluster_id = $3 and segment = 0 and role in ('live', 'candidate')`
  const windows = await pool().query<{ slot: Date; n: number; bad: number; latency: Buffer }>(
    `select slot, n::float8 as n, bad::float8 as bad, latency from telemetry.window_1m where series in (${series}) and slot >= $4 order by slot`,
    of,
  )
  const labels = await pool().query<{ slot: Date; n: number; wrong: number }>(
    `select slot, sum(labels)::float8 as n, sum(false_positive + false_negative)::float8 as wrong
     from telemetry.label_1m where series in (${series}) and slot >= $4 group by slot`,
    of,
  )
  const labelled = new Map(labels.rows.map((row) => [row.slot.getTime(), row]))
  const minutes = new Map<number, { n: number; bad: number; latency: PastMinute['latency'] }>()
  for (const row of windows.rows) {
    const at = row.slot.getTime()
    const minute = minutes.get(at) ?? { n: 0, bad: 0, latency: createSketch() }
    minute.n += row.n
    minute.bad += row.bad
    mergeEncoded(minute.latency, row.latency)
    minutes.set(at, minute)
  }
  return [...minutes].map(([at, minute]) => ({ at, ...minute, labels: labelled.get(at)?.n ?? 0, wrong: labelled.get(at)?.wrong ?? 0 }))
}
