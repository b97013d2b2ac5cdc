import { createSketch, mergeSketch } from '@/lib/analysis/sketch'
import { decodeSketch, encodeSketch } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import { meetOutcomes } from './outcome'
import { withPartitions } from './partitions'

interface FineRow {
  series: number
  slot: Date
  n: number
  bad: number
  clientErrors: number
  shed: number
  aborted: number
  fallback: number
  sum: number
  max: number
  latency: Buffer
}

const FINE = `series, slot, n, bad, client_errors as "clientErrors", shed, aborted, fallback, latency_sum_ms as sum, latency_max_ms as max, latency`

/**
 * Rolls 5 s windows up to minutes and minutes to hours, over the last `spanMs` (late rows change minutes that were rolled before; doing it again gives the same).
 * Run every minute by a job. Returns how many rows were written.
 */
export async function rollUp(spanMs = 15 * 60_000): Promise<number> {
  const { rows } = await pool().query<{ now: Date }>('select clock_timestamp() as now')
  const now = rows[0].now.getTime()
  const minutes = await fold('window_5s', 'window_1m', floorTo(now - spanMs, 60_000), now, 60_000)
  const hours = await fold('window_1m', 'window_1h', floorTo(now - spanMs, 3_600_000), now, 3_600_000)
  await sweepWaiting()
  return minutes + hours
}

async function fold(from: string, to: string, low: number, high: number, step: number): Promise<number> {
  const { rows } = await pool().query<FineRow>(`select ${FINE} from telemetry.${from} where slot >= $1 and slot < $2`, [
    new Date(low),
    new Date(high),
  ])
  const folded = foldRows(rows, step)
  if (folded.length === 0) return 0
  await withPartitions(pool(), [low, high], (client) =>
    client.query(
      `insert into telemetry.${to} (series, slot, n, bad, client_errors, shed, aborted, fallback, latency_sum_ms, latency_max_ms, latency)
       select * from unnest($1::int[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::float8[], $10::real[], $11::bytea[])
       on conflict (series, slot) do update set n = excluded.n, bad = excluded.bad, client_errors = excluded.client_errors, shed = excluded.shed, aborted = excluded.aborted,
         fallback = excluded.fallback, latency_sum_ms = excluded.latency_sum_ms, latency_max_ms = excluded.latency_max_ms, latency = excluded.latency`,
      [
        folded.map((row) => row.series),
        folded.map((row) => row.slot),
        folded.map((row) => row.n),
        folded.map((row) => row.bad),
        folded.map((row) => row.clientErrors),
        folded.map((row) => row.shed),
        folded.map((row) => row.aborted),
        folded.map((row) => row.fallback),
        folded.map((row) => row.sum),
        folded.map((row) => row.max),
        folded.map((row) => row.latency),
      ],
    ),
  )
  return folded.length
}

/** Sums rows of one series into steps of `step` ms; sketches merge by adding. Bigint columns come as text and are made numbers. */
function foldRows(rows: FineRow[], step: number): FineRow[] {
  const groups = new Map<string, FineRow[]>()
  for (const row of rows) {
    const key = `${row.series}/${floorTo(row.slot.getTime(), step)}`
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return [...groups.values()].map((group) => {
    const sketch = createSketch()
    for (const row of group) mergeSketch(sketch, decodeSketch(row.latency))
    const sum = (pick: (row: FineRow) => number) => group.reduce((total, row) => total + Number(pick(row)), 0)
    return {
      series: group[0].series,
      slot: new Date(floorTo(group[0].slot.getTime(), step)),
      n: sum((row) => row.n),
      bad: sum((row) => row.bad),
      clientErrors: sum((row) => row.clientErrors),
      shed: sum((row) => row.shed),
      aborted: sum((row) => row.aborted),
      fallback: sum((row) => row.fallback),
      sum: sum((row) => row.sum),
      max: Math.max(...group.map((row) => row.max)),
      latency: Buffer.from(encodeSketch(sketch)),
    }
  })
}

function floorTo(ms: number, step: number): number {
  return Math.floor(ms / step) * step
}

/** Meets outcomes and predictions that came in the same instant and did not see each other, and drops outcomes that waited an hour in vain. */
async function sweepWaiting(): Promise<void> {
  const { rows } = await pool().query<{ id: string }>(
    `select o.id from telemetry.outcome o join telemetry.prediction p on p.id = o.id and p.at = o.at
     where o.matched_at is null and o.received_at < clock_timestamp() - interval '5 seconds' limit 5000`,
  )
  if (rows.length > 0) {
    const now = Date.now()
    await withPartitions(pool(), [now, now], (client) =>
      meetOutcomes(
        client,
        rows.map((row) => row.id),
      ),
    )
  }
  await pool().query("delete from telemetry.outcome where matched_at is null and received_at < clock_timestamp() - interval '1 hour'")
}
