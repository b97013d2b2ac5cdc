import { createSketch, mergeSketch, sketchQuantile } from '@/lib/analysis/sketch'
import { decodeSketch } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'

/** Copies are shown as they were counted in so many minutes. */
export const COPIES_MINUTES = 5

/** Copies of live requests that a version got. `dropped`: those without a place; `p95` in ms, null where none was answered. */
export interface CountedCopies {
  n: number
  bad: number
  dropped: number
  p95: number | null
}

/** What was counted of a version's copies in the last minutes, on all clusters; null: nothing. Never evidence. */
export async function countedCopies(endpointId: string, versionId: string): Promise<CountedCopies | null> {
  const { rows } = await pool().query<{ n: number; bad: number; shed: number; latency: Buffer }>(
    `select w.n, w.bad, w.shed, w.latency from telemetry.series s join telemetry.window_5s w on w.series = s.id
     where s.endpoint_id = $1 and s.version_id = $2 and s.role = 'shadow' and s.segment = 0
       and w.slot >= clock_timestamp() - make_interval(mins => $3)`,
    [endpointId, versionId, COPIES_MINUTES],
  )
  if (rows.length === 0) return null
  const sketch = createSketch()
  const sum = { n: 0, bad: 0, dropped: 0 }
  for (const { n, bad, shed, latency } of rows) {
    sum.n += n
    sum.bad += bad
    sum.dropped += shed
    mergeSketch(sketch, decodeSketch(latency))
  }
  return { ...sum, p95: sketchQuantile(sketch, 0.95) }
}
