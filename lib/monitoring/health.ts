import { pool } from '@/lib/db'
import { type Recent, recentOf } from '@/lib/endpoints/recent/store'
import type { EndpointHealth } from './schema'

const HEALTH_MS = 5 * 60_000

interface Heard {
  endpointId: string
  seenAt: Date | null
  /** Seconds of the last five minutes since the first source of now began. */
  seconds: number
}

/** The last 5 minutes of the given endpoints, live and candidate together. `lastSeenAt` null: no source ever reported; shares and p95 null without requests, p95 also where `unreadable` says why. */
export async function endpointsHealth(endpointIds: string[]): Promise<Map<string, EndpointHealth>> {
  const [recent, heard] = await Promise.all([recentOf(endpointIds), heardOf(endpointIds)])
  return new Map(endpointIds.map((id) => [id, healthOf(id, recent.get(id), heard.get(id))]))
}

async function heardOf(endpointIds: string[]): Promise<Map<string, Heard>> {
  const { rows } = await pool().query<Heard>(
    `select s.endpoint_id as "endpointId", max(s.watermark) filter (where s.watermark > to_timestamp(0)) as "seenAt",
       greatest(5, extract(epoch from max(s.watermark) - greatest(now.since, min(s.first_seen_at) filter (where s.watermark >= now.since))))::float8 as seconds
     from telemetry.endpoint_source s, (select clock_timestamp() - interval '5 minutes' as since) now
     where s.endpoint_id = any($1) group by 1, now.since`,
    [endpointIds],
  )
  return new Map(rows.map((row) => [row.endpointId, row]))
}

function healthOf(endpointId: string, recent: Recent | undefined, heard: Heard | undefined): EndpointHealth {
  const { requests, bad, p95, unreadable } = recent ?? { requests: 0, bad: 0, p95: null, unreadable: null }
  return {
    endpointId,
    requests,
    perSecond: requests / Math.min(HEALTH_MS / 1_000, heard?.seconds ?? HEALTH_MS / 1_000),
    errorShare: requests > 0 ? bad / requests : null,
    p95,
    unreadable,
    lastSeenAt: heard?.seenAt?.toISOString() ?? null,
  }
}
