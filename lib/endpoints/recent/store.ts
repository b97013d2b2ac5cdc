import { createSketch, type LatencySketch, sketchQuantile } from '@/lib/analysis/sketch'
import { mergeEncoded } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'

/** What was counted of an endpoint in the last five minutes. `p95` in ms; null: no request, or one of its counts is `unreadable`, for the reason that this says. */
export interface Recent {
  requests: number
  bad: number
  p95: number | null
  unreadable: string | null
}

interface Sum {
  requests: number
  bad: number
  sketch: LatencySketch
  unreadable: string | null
}

/** The last five minutes of endpoints, live and candidate together. An endpoint of which nothing was counted is missing, which is not zero. */
export async function recentOf(endpointIds: readonly string[]): Promise<Map<string, Recent>> {
  if (endpointIds.length === 0) return new Map()
  const { rows } = await pool().query<{ endpointId: string; n: number; bad: number; latency: Buffer }>(
    `select s.endpoint_id as "endpointId", w.n, w.bad, w.latency from telemetry.series s join telemetry.window_5s w on w.series = s.id
     where s.endpoint_id = any($1) and s.segment = 0 and s.role in ('live', 'candidate') and w.slot >= clock_timestamp() - interval '5 minutes'`,
    [endpointIds],
  )
  const sums = new Map<string, Sum>()
  for (const row of rows) {
    const sum = sums.get(row.endpointId) ?? { requests: 0, bad: 0, sketch: createSketch(), unreadable: null }
    sums.set(row.endpointId, sum)
    sum.requests += row.n
    sum.bad += row.bad
    sum.unreadable ??= whyNotAdded(sum.sketch, row.latency)
  }
  return new Map(
    [...sums].map(([id, { requests, bad, sketch, unreadable }]) => [
      id,
      { requests, bad, p95: unreadable === null ? sketchQuantile(sketch, 0.95) : null, unreadable },
    ]),
  )
}

/** Adds a stored count of latencies; why it cannot be read, as a clause; null: it was added. */
function whyNotAdded(sketch: LatencySketch, bytes: Uint8Array): string | null {
  try {
    mergeEncoded(sketch, bytes)
    return null
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return `the latencies of the last 5 min cannot be read: ${error.message.replace(/\.$/, '')}`
  }
}
