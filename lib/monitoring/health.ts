import { createSketch, sketchQuantile } from '@/lib/analysis/sketch'
import { mergeEncoded } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import type { EndpointHealth } from './schema'

const HEALTH_MS = 5 * 60_000

interface Counted {
  endpointId: string
  n: number
  bad: number
  latency: Buffer
}

interface Heard {
  endpointId: string
  seenAt: Date | null
  /** Seconds of the last five minutes since the first source of now began. */
  seconds: number
}

/** The last 5 minutes of the given endpoints, live and candidate together. `lastSeenAt` null: no source ever reported; shares and p95 null without requests. */
export async function endpointsHealth(endpointIds: string[]): Promise<Map<string, EndpointHealth>> {
  const { rows: time } = await pool().query<{ now: Date }>('select clock_timestamp() as now')
  const from = new Date(time[0].now.getTime() - HEALTH_MS)
  const [counted, heard] = await Promise.all([
    pool().query<Counted>(
      `select s.endpoint_id as "endpointId", w.n, w.bad, w.latency from telemetry.series s join telemetry.window_5s w on w.series = s.id
       where s.endpoint_id = any($1) and s.segment = 0 and s.role in ('live', 'candidate') and w.slot >= $2`,
      [endpointIds, from],
    ),
    pool().query<Heard>(
      `select c.endpoint_id as "endpointId", max(s.watermark) filter (where s.watermark > to_timestamp(0)) as "seenAt",
         greatest(5, extract(epoch from max(s.watermark) - greatest($2, min(s.first_seen_at) filter (where s.watermark >= $2))))::float8 as seconds
       from endpoint_cluster c join telemetry.source s on s.cluster_id = c.cluster_id where c.endpoint_id = any($1) group by 1`,
      [endpointIds, from],
    ),
  ])
  return new Map(
    endpointIds.map((endpointId) => {
      const own = counted.rows.filter((row) => row.endpointId === endpointId)
      return [
        endpointId,
        healthOf(
          endpointId,
          own,
          heard.rows.find((row) => row.endpointId === endpointId),
        ),
      ]
    }),
  )
}

function healthOf(endpointId: string, rows: Counted[], heard: Heard | undefined): EndpointHealth {
  const sketch = createSketch()
  for (const row of rows) mergeEncoded(sketch, row.latency)
  const requests = rows.reduce((sum, row) => sum + row.n, 0)
  const bad = rows.reduce((sum, row) => sum + row.bad, 0)
  return {
    endpointId,
    requests,
    perSecond: requests / Math.min(HEALTH_MS / 1_000, heard?.seconds ?? HEALTH_MS / 1_000),
    errorShare: requests > 0 ? bad / requests : null,
    p95: sketchQuantile(sketch, 0.95),
    lastSeenAt: heard?.seenAt?.toISOString() ?? null,
  }
}
