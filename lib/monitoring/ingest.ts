import type { PoolClient } from 'pg'
import { encodeSketch, sketchFromPairs } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import { Problem } from '@/lib/errors'
import { timeOfId } from '@/lib/id'
import { Flush, type FlushAnswer } from './flush'
import { meetOutcomes } from './outcome'
import { withPartitions } from './partitions'
import { resolveSeries, seriesKeyText } from './series'
import { ClockOff, checkClock, checkEndpoint, findSource, noteClockOff, saveSource } from './source'

/** A slot's windows are closed for judging 10 s after its end: what comes later is charted and counted as late. */
const CLOSE_MS = 15_000

/**
 * Stores one flush of a source of this cluster, whole or not at all. Rows are cumulative, so a retried flush changes nothing.
 * Throws ClockOff for a wrong clock, forbidden for another cluster's source or series, and Problem `invalid` for a malformed body.
 */
export async function ingestFlush(clusterId: string, raw: unknown): Promise<FlushAnswer> {
  const parsed = Flush.safeParse(raw)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new Problem('invalid', `The flush is malformed at ${issue.path.join('.') || 'its root'}: ${issue.message}`)
  }
  const flush = parsed.data
  try {
    return await store(clusterId, flush)
  } catch (error) {
    if (error instanceof ClockOff) await noteClockOff(pool(), clusterId, flush.boot, error.offsetMs)
    throw error
  }
}

function store(clusterId: string, flush: Flush): Promise<FlushAnswer> {
  return withPartitions(pool(), span(flush), async (client) => {
    const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now')
    const nowMs = rows[0].now.getTime()
    const known = await findSource(client, flush.boot)
    if (known && known.clusterId !== clusterId)
      throw new Problem('forbidden', 'This source belongs to another cluster. Nothing was stored.')
    checkClock(flush, known, nowMs)
    await checkEndpoint(client, clusterId, known, flush)
    const series = await resolveSeries(client, clusterId, flush)
    const source = await saveSource(client, clusterId, flush, nowMs)
    await saveWindows(client, flush, series, source, nowMs)
    await saveFeatures(client, flush, series, source)
    await savePredictions(client, flush, series)
    await saveSamples(client, flush, series)
    return { now: nowMs, accepted: true }
  })
}

/** The times that the flush's rows fall in, for partitions; bounded, so that a hostile id cannot make many. */
function span(flush: Flush): [number, number] {
  const times = [
    flush.watermark,
    ...flush.windows.map((row) => row.slot),
    ...flush.features.map((row) => row.minute),
    ...flush.predictions.map((row) => timeOfId(row.id)),
    ...flush.samples.map((row) => timeOfId(row.id)),
  ]
  const high = Math.min(Math.max(...times), flush.watermark + 60_000)
  return [Math.max(Math.min(...times), high - 2 * 86_400_000), high]
}

type SeriesIds = Map<string, number>

async function saveWindows(client: PoolClient, flush: Flush, series: SeriesIds, source: number, nowMs: number): Promise<void> {
  const rows = [...flush.windows].sort((a, b) => a.slot - b.slot)
  if (rows.length === 0) return
  await client.query(
    `insert into telemetry.window_5s as w (series, slot, source, generation, n, bad, client_errors, shed, aborted, fallback, latency_sum_ms, latency_max_ms, latency, label_rate, bins, keys, late)
     select r.series, to_timestamp(r.slot / 1000.0), $1, r.generation, r.n, r.bad, r.client_errors, r.shed, r.aborted, r.fallback, r.sum, r.max, r.latency, r.rate, r.bins::int[], r.keys::int[], r.slot < $2
     from unnest($3::int[], $4::float8[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[], $11::int[], $12::float8[], $13::real[], $14::bytea[], $15::real[],
       $16::text[], $17::text[]) as r(series, slot, generation, n, bad, client_errors, shed, aborted, fallback, sum, max, latency, rate, bins, keys)
     on conflict (series, slot, source, generation) do update set n = excluded.n, bad = excluded.bad, client_errors = excluded.client_errors, shed = excluded.shed,
       aborted = excluded.aborted, fallback = excluded.fallback, latency_sum_ms = excluded.latency_sum_ms, latency_max_ms = excluded.latency_max_ms,
       latency = excluded.latency, bins = excluded.bins, keys = excluded.keys, late = w.late or excluded.late
     where excluded.n >= w.n and excluded.n + excluded.client_errors + excluded.shed + excluded.aborted > w.n + w.client_errors + w.shed + w.aborted`,
    [
      source,
      nowMs - CLOSE_MS,
      rows.map((row) => series.get(seriesKeyText(row))),
      rows.map((row) => row.slot),
      rows.map((row) => row.generation),
      rows.map((row) => row.n),
      rows.map((row) => row.bad),
      rows.map((row) => row.clientErrors),
      rows.map((row) => row.shed),
      rows.map((row) => row.aborted),
      rows.map((row) => row.fallback),
      rows.map((row) => row.latencySumMs),
      rows.map((row) => row.latencyMaxMs),
      rows.map((row) => Buffer.from(encodeSketch(sketchFromPairs(row.latency)))),
      rows.map((row) => row.labelRate),
      rows.map((row) => arrayText(row.bins)),
      rows.map((row) => arrayText(row.keys)),
    ],
  )
}

/** An array as Postgres reads it from text: arrays of several lengths cannot be unnested side by side. */
function arrayText(counts: readonly number[] | undefined): string | null {
  return counts ? `{${counts.join()}}` : null
}

async function saveFeatures(client: PoolClient, flush: Flush, series: SeriesIds, source: number): Promise<void> {
  for (const row of flush.features) {
    await client.query(
      `insert into telemetry.feature_histogram as h (series, slot, source, baseline, feature, n, counts) values ($1, to_timestamp($2 / 1000.0), $3, $4, $5, $6, $7)
       on conflict (series, slot, source, baseline, feature) do update set n = excluded.n, counts = excluded.counts where excluded.n >= h.n`,
      [
        series.get(seriesKeyText(row)),
        row.minute,
        source,
        row.baselineId,
        row.feature,
        row.counts.reduce((sum, count) => sum + count, 0),
        row.counts,
      ],
    )
  }
}

async function savePredictions(client: PoolClient, flush: Flush, series: SeriesIds): Promise<void> {
  const rows = flush.predictions
  if (rows.length === 0) return
  await client.query(
    `insert into telemetry.prediction (id, at, series, generation, positive, score, segment)
     select id, to_timestamp(at / 1000.0), series, generation, positive, score, segment
     from unnest($1::uuid[], $2::float8[], $3::int[], $4::int[], $5::bool[], $6::real[], $7::int[]) as r(id, at, series, generation, positive, score, segment)
     on conflict do nothing`,
    [
      rows.map((row) => row.id),
      rows.map((row) => timeOfId(row.id)),
      rows.map((row) => series.get(seriesKeyText({ ...row, segment: 0 }))),
      rows.map((row) => row.generation),
      rows.map((row) => row.positive),
      rows.map((row) => row.score),
      rows.map((row) => row.segment),
    ],
  )
  await meetOutcomes(
    client,
    rows.map((row) => row.id),
  )
}

async function saveSamples(client: PoolClient, flush: Flush, series: SeriesIds): Promise<void> {
  for (const row of flush.samples) {
    await client.query(
      `insert into telemetry.prediction_sample (id, at, series, status, latency_ms, features, score, error)
       values ($1, to_timestamp($2 / 1000.0), $3, $4, $5, $6, $7, $8) on conflict do nothing`,
      [row.id, timeOfId(row.id), series.get(seriesKeyText(row)), row.status, row.latencyMs, row.features, row.score, row.error],
    )
  }
}
