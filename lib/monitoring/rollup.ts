import { createSketch } from '@/lib/analysis/sketch'
import { encodeSketch, mergeEncoded } from '@/lib/analysis/sketch-codec'
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

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** Minutes this young are summed again at every run: their rows may still grow. */
const YOUNG_MS = 15 * MINUTE_MS
/** 5 s rows are dropped after two days: there is nothing older to catch up with. */
const CATCH_UP_MS = 47 * HOUR_MS

/**
 * Rolls 5 s windows up to minutes and minutes to hours: the last 15 minutes, all that was counted since the last run (also after hours without an engine), and older minutes
 * whose rows came late from a source that was cut off. Doing it again gives the same. Run every minute by a job. Returns how many rows were written.
 */
export async function rollUp(): Promise<number> {
  const { rows } = await pool().query<{ now: Date; last: Date | null }>(
    'select clock_timestamp() as now, (select max(slot) from telemetry.window_1m) as last',
  )
  const now = rows[0].now.getTime()
  const last = rows[0].last?.getTime() ?? 0
  const low = Math.max(now - CATCH_UP_MS, Math.min(now - YOUNG_MS, last))
  let written = 0
  const hours = new Set<number>()
  for (const [from, to] of [...(await lateMinutes(now, low)), ...hourly(low, now)]) {
    written += await fold('window_5s', 'window_1m', from, to, MINUTE_MS)
    for (let hour = floorTo(from, HOUR_MS); hour < to; hour += HOUR_MS) hours.add(hour)
  }
  for (const hour of hours) written += await fold('window_1m', 'window_1h', hour, hour + HOUR_MS, HOUR_MS)
  await sweepWaiting(now)
  return written
}

/** Whole minutes from a time to another, at most an hour at once: so much is held in memory. */
function hourly(low: number, high: number): [number, number][] {
  const spans: [number, number][] = []
  for (let at = floorTo(low, MINUTE_MS); at < high; at = floorTo(at, HOUR_MS) + HOUR_MS)
    spans.push([at, Math.min(high, floorTo(at, HOUR_MS) + HOUR_MS)])
  return spans
}

/** Minutes before `low` for which rows came late since then. */
async function lateMinutes(now: number, low: number): Promise<[number, number][]> {
  const { rows } = await pool().query<{ minute: Date }>(
    `select distinct date_trunc('minute', slot) as minute from telemetry.window_5s where late and first_at >= $1 and slot >= $2 and slot < $3`,
    [new Date(low), new Date(now - CATCH_UP_MS), new Date(floorTo(low, MINUTE_MS))],
  )
  return rows.map(({ minute }) => [minute.getTime(), minute.getTime() + MINUTE_MS])
}

async function fold(from: string, to: string, low: number, high: number, step: number): Promise<number> {
  const { rows } = await pool().query<FineRow>(`select ${FINE} from telemetry.${from} where slot >= $1 and slot < $2`, [
    new Date(low),
    new Date(high),
  ])
  const folded = foldRows(rows, step)
  if (folded.length === 0) return 0
  await withPartitions(pool(), [low, high - 1], (client) =>
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
    for (const row of group) mergeEncoded(sketch, row.latency)
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

/**
 * Meets outcomes and predictions that came in the same instant and did not see each other, and drops outcomes that waited an hour in vain. Only predictions younger than an
 * hour are waited for: the bounds on `at` keep Postgres to the hours that may hold any (a day, should no engine have run).
 */
async function sweepWaiting(now: number): Promise<void> {
  const { rows } = await pool().query<{ id: string }>(
    `select o.id from telemetry.outcome o join telemetry.prediction p on p.id = o.id and p.at = o.at
     where o.matched_at is null and o.received_at < $1 and o.at >= $2 and p.at >= $2 limit 5000`,
    [new Date(now - 5_000), new Date(now - 3 * HOUR_MS)],
  )
  if (rows.length > 0) {
    await withPartitions(pool(), [now, now], (client) =>
      meetOutcomes(
        client,
        rows.map((row) => row.id),
      ),
    )
  }
  await pool().query('delete from telemetry.outcome where matched_at is null and received_at < $1 and at >= $2', [
    new Date(now - HOUR_MS),
    new Date(now - 24 * HOUR_MS),
  ])
}
