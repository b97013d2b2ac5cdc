import { createSketch, type LatencySketch, mergeSketch, sketchQuantile } from '@/lib/analysis/sketch'
import { decodeSketch } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import type { ArmPoint } from '../view-schema'

/** Requests of the last minute per endpoint, cluster and version, first attempts only. */
export interface RecentCount {
  endpointId: string
  clusterId: string
  versionId: string
  n: number
}

/** What was counted of some endpoints within the last minute, late slots aside. Nothing there means that nothing was counted. */
export async function recentCounts(endpointIds: readonly string[]): Promise<RecentCount[]> {
  if (endpointIds.length === 0) return []
  const { rows } = await pool().query<RecentCount>(
    `select s.endpoint_id as "endpointId", s.cluster_id as "clusterId", s.version_id as "versionId", sum(w.n)::float8 as n
     from telemetry.series s join telemetry.window_5s w on w.series = s.id
     where s.endpoint_id = any($1) and s.segment = 0 and s.role in ('live', 'candidate') and w.slot >= clock_timestamp() - interval '60 seconds'
     group by 1, 2, 3`,
    [endpointIds],
  )
  return rows
}

/** One step of a version on a cluster. */
export interface CountedStep {
  at: number
  clusterId: string
  versionId: string
  n: number
  bad: number
  sketch: LatencySketch
}

const FINE_MS = 2 * 3_600_000
const FINE_KEPT_MS = 47 * 3_600_000
const MINUTE_KEPT_MS = 29 * 86_400_000
const POINTS = 240
const SLOT_MS = 5_000
const HOUR_MS = 3_600_000

/** The width of a step for a span, ms, and the finest table that still holds it. `now`: Postgres time. */
export function stepOf(from: number, to: number, now: number): { stepMs: number; table: 'window_5s' | 'window_1m' | 'window_1h' } {
  const fine = to - from <= FINE_MS && now - from < FINE_KEPT_MS
  const table = fine ? 'window_5s' : now - from < MINUTE_KEPT_MS ? 'window_1m' : 'window_1h'
  const unit = fine ? SLOT_MS : table === 'window_1m' ? 60_000 : HOUR_MS
  return { stepMs: Math.max(1, Math.ceil((to - from) / POINTS / unit)) * unit, table }
}

/** Counts and latency of two versions of an endpoint over a span, per step and cluster. */
export async function countedSteps(
  endpointId: string,
  versionIds: readonly string[],
  span: { from: number; to: number; now: number },
): Promise<{ steps: CountedStep[]; stepMs: number }> {
  const { stepMs, table } = stepOf(span.from, span.to, span.now)
  const { rows } = await pool().query<{ clusterId: string; versionId: string; slot: Date; n: number; bad: number; latency: Buffer }>(
    `select s.cluster_id as "clusterId", s.version_id as "versionId", w.slot, w.n::float8 as n, w.bad::float8 as bad, w.latency
     from telemetry.series s join telemetry.${table} w on w.series = s.id
     where s.endpoint_id = $1 and s.version_id = any($2) and s.segment = 0 and s.role in ('live', 'candidate') and w.slot >= $3 and w.slot < $4`,
    [endpointId, versionIds, new Date(span.from), new Date(span.to)],
  )
  const steps = new Map<string, CountedStep>()
  for (const row of rows) {
    const at = Math.floor(row.slot.getTime() / stepMs) * stepMs
    const key = `${at}/${row.clusterId}/${row.versionId}`
    const step = steps.get(key) ?? { at, clusterId: row.clusterId, versionId: row.versionId, n: 0, bad: 0, sketch: createSketch() }
    steps.set(key, step)
    step.n += row.n
    step.bad += row.bad
    mergeSketch(step.sketch, decodeSketch(row.latency))
  }
  return { steps: [...steps.values()].sort((a, b) => a.at - b.at), stepMs }
}

/** One version over all clusters as its chart's points. */
export function armPoints(steps: readonly CountedStep[], versionId: string | null): ArmPoint[] {
  const byTime = new Map<number, { n: number; bad: number; sketch: LatencySketch }>()
  for (const step of steps) {
    if (step.versionId !== versionId) continue
    const sum = byTime.get(step.at) ?? { n: 0, bad: 0, sketch: createSketch() }
    byTime.set(step.at, sum)
    sum.n += step.n
    sum.bad += step.bad
    mergeSketch(sum.sketch, step.sketch)
  }
  return [...byTime].map(([at, { n, bad, sketch }]) => ({
    at,
    n,
    bad,
    p50: sketchQuantile(sketch, 0.5),
    p95: sketchQuantile(sketch, 0.95),
    p99: sketchQuantile(sketch, 0.99),
  }))
}

/** The newest watermark per cluster: up to when the sources alive that count the endpoint have reported, all of them. */
export async function watermarks(endpointId: string, clusterIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await pool().query<{ clusterId: string; watermark: Date }>(
    `select cluster_id as "clusterId", min(watermark) as watermark from telemetry.endpoint_source
     where endpoint_id = $1 and cluster_id = any($2) and not final and watermark > clock_timestamp() - interval '10 seconds' group by 1`,
    [endpointId, clusterIds],
  )
  return new Map(rows.map((row) => [row.clusterId, row.watermark.getTime()]))
}
