import { createSketch, mergeSketch, sketchQuantile } from '@/lib/analysis/sketch'
import { decodeSketch } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import type { SeriesRole } from './flush'
import type { Span, TrafficPoint } from './schema'
import { stepsOf } from './span'

interface Row {
  versionId: string
  role: SeriesRole
  slot: Date
  n: string
  bad: string
  clientErrors: string
  shed: string
  fallback: string
  latency: Buffer
}

/** Key of an arm's points: `versionId/role`. */
export type ArmKey = `${string}/${string}`

/**
 * Counts and latency quantiles per step and arm of an endpoint. A step without rows is a counted zero where a source of the endpoint's clusters
 * had reported past it, and a gap (null) where none had.
 */
export async function trafficOf(endpointId: string, span: Span): Promise<Map<ArmKey, (TrafficPoint | null)[]>> {
  const { rows } = await pool().query<Row>(
    `select s.version_id as "versionId", s.role, w.slot, w.n, w.bad, w.client_errors as "clientErrors", w.shed, w.fallback, w.latency
     from telemetry.${span.table} w join telemetry.series s on s.id = w.series
     where s.endpoint_id = $1 and s.segment = 0 and w.slot >= $2 and w.slot < $3`,
    [endpointId, span.from, span.to],
  )
  const covered = await coverage(endpointId, span)
  const steps = stepsOf(span)
  const groups = new Map<ArmKey, Map<number, Row[]>>()
  for (const row of rows) {
    const key: ArmKey = `${row.versionId}/${row.role}`
    const at = Math.floor(row.slot.getTime() / span.stepMs) * span.stepMs
    const arm = groups.get(key) ?? new Map<number, Row[]>()
    groups.set(key, arm)
    arm.set(at, [...(arm.get(at) ?? []), row])
  }
  return new Map([...groups].map(([key, arm]) => [key, steps.map((at) => pointOf(at, arm.get(at) ?? [], covered(at, at + span.stepMs)))]))
}

/** Sums the rows of one step; null where nothing was counted and no source had reported. */
function pointOf(at: number, rows: Row[], covered: boolean): TrafficPoint | null {
  if (rows.length === 0 && !covered) return null
  const sketch = createSketch()
  for (const row of rows) mergeSketch(sketch, decodeSketch(row.latency))
  const sum = (pick: (row: Row) => string) => rows.reduce((total, row) => total + Number(pick(row)), 0)
  return {
    at,
    n: sum((row) => row.n),
    bad: sum((row) => row.bad),
    clientErrors: sum((row) => row.clientErrors),
    shed: sum((row) => row.shed),
    fallback: sum((row) => row.fallback),
    p50: sketchQuantile(sketch, 0.5),
    p95: sketchQuantile(sketch, 0.95),
    p99: sketchQuantile(sketch, 0.99),
  }
}

/** Whether some source of the endpoint's clusters reported over a whole step. A running source is given 15 s for its last flushes. */
async function coverage(endpointId: string, span: Span): Promise<(low: number, high: number) => boolean> {
  const { rows } = await pool().query<{ low: Date; high: Date }>(
    `select s.first_seen_at as low, s.watermark as high from telemetry.source s join endpoint_cluster c on c.cluster_id = s.cluster_id
     where c.endpoint_id = $1 and s.watermark >= $2 and s.first_seen_at < $3`,
    [endpointId, span.from, span.to],
  )
  return (low, high) => rows.some((row) => row.low.getTime() <= low && row.high.getTime() >= high - 1)
}
