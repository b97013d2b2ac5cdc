import type { Pool, PoolClient } from 'pg'
import { Problem } from '@/lib/errors'
import type { Flush } from './flush'

/** A watermark further ahead than this is a wrong clock. */
const AHEAD_MS = 2_000
/** A watermark or a row further behind than this is a wrong clock, unless the source was cut off meanwhile. */
const BEHIND_MS = 600_000

/** Thrown for a flush by a wrong clock: the source learns the time and shows "clock off by N s". */
export class ClockOff extends Problem {
  constructor(
    readonly offsetMs: number,
    readonly nowMs: number,
    what: string,
  ) {
    super(
      'invalid',
      `${what} The source's clock is off by ${(offsetMs / 1000).toFixed(1)} s; the time is ${new Date(nowMs).toISOString()}.`,
    )
  }
}

interface KnownSource {
  id: number
  endpointId: string | null
  clusterId: string
  watermark: Date
  final: boolean
}

/** The source's row, or null at its first flush; locked, so that two flushes of one source follow each other. */
export async function findSource(client: PoolClient, boot: string): Promise<KnownSource | null> {
  const { rows } = await client.query<KnownSource>(
    'select id, endpoint_id as "endpointId", cluster_id as "clusterId", watermark, final from telemetry.source where boot = $1 for update',
    [boot],
  )
  return rows[0] ?? null
}

/**
 * Refuses what a wrong clock sends: a watermark more than 2 s ahead or 10 min behind (a source that ends may be late), slots or minutes past the watermark, and rows
 * more than 10 min old that the source should have reported before. Rows of a source that was cut off are late, not wrong.
 */
export function checkClock(flush: Flush, known: KnownSource | null, nowMs: number): void {
  const offsetMs = flush.watermark - nowMs
  if (offsetMs > AHEAD_MS) throw new ClockOff(offsetMs, nowMs, 'The watermark is ahead of the time.')
  if (offsetMs < -BEHIND_MS && !flush.final) throw new ClockOff(offsetMs, nowMs, 'The watermark is more than 10 min behind.')
  const slots = [...flush.windows.map((row) => row.slot), ...flush.features.map((row) => row.minute)]
  const newest = Math.max(...slots, 0)
  if (newest > nowMs + AHEAD_MS) throw new ClockOff(newest - nowMs, nowMs, 'A slot lies ahead of the time.')
  const reported = known ? known.watermark.getTime() - 60_000 : Number.NEGATIVE_INFINITY
  const oldest = Math.min(...slots, nowMs)
  if (oldest < nowMs - BEHIND_MS && oldest < reported) throw new ClockOff(oldest - nowMs, nowMs, 'A slot is more than 10 min old.')
}

/** Refuses a source that says it counts an endpoint which does not run on its cluster, or that brings rows of others. */
export async function checkEndpoint(
  client: PoolClient,
  clusterId: string,
  known: KnownSource | null,
  { endpointId, ...flush }: Flush,
): Promise<void> {
  if (endpointId === undefined) return
  if (known?.endpointId !== endpointId && !(await runsOn(client, endpointId, clusterId)))
    throw new Problem('forbidden', `This source counts endpoint ${endpointId}, which does not run on its cluster. Nothing was stored.`)
  const rows = [flush.windows, flush.features, flush.predictions, flush.samples].flat()
  const other = rows.find((row) => row.endpointId !== endpointId)
  if (other)
    throw new Problem(
      'invalid',
      `The flush says that its source counts endpoint ${endpointId} alone, and brings rows of ${other.endpointId}. Nothing was stored.`,
    )
}

async function runsOn(client: PoolClient, endpointId: string, clusterId: string): Promise<boolean> {
  const place = await client.query('select from endpoint_cluster where endpoint_id = $1 and cluster_id = $2', [endpointId, clusterId])
  return place.rowCount === 1
}

/** Makes or moves the source; the watermark never goes back, an ended source stays ended, and whose requests it counts is said once. */
export async function saveSource(client: PoolClient, clusterId: string, flush: Flush, nowMs: number): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `insert into telemetry.source as s (cluster_id, boot, watermark, final, offset_ms, endpoint_id) values ($1, $2, to_timestamp($3 / 1000.0), $4, $5, $6)
     on conflict (boot) do update set watermark = greatest(s.watermark, excluded.watermark), final = s.final or excluded.final,
       offset_ms = excluded.offset_ms, seen_at = clock_timestamp(), endpoint_id = coalesce(s.endpoint_id, excluded.endpoint_id)
     returning id`,
    [clusterId, flush.boot, flush.watermark, flush.final, Math.round(Math.max(-2e9, flush.watermark - nowMs)), flush.endpointId ?? null],
  )
  return rows[0].id
}

/**
 * Keeps that a flush was refused for its clock, so that screens can say "clock off by N s"; the flush itself is not stored. A source that was never accepted gets a row
 * with a watermark at the beginning of time: it has reported nothing.
 */
export async function noteClockOff(pool: Pool, clusterId: string, boot: string, offsetMs: number): Promise<void> {
  await pool.query(
    `insert into telemetry.source as s (cluster_id, boot, watermark, offset_ms, refused_at, seen_at) values ($1, $2, to_timestamp(0), $3, clock_timestamp(), to_timestamp(0))
     on conflict (boot) do update set offset_ms = excluded.offset_ms, refused_at = excluded.refused_at where s.cluster_id = excluded.cluster_id`,
    [clusterId, boot, Math.round(Math.min(2e9, Math.max(-2e9, offsetMs)))],
  )
}
