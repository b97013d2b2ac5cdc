import { createSketch, type LatencySketch, mergeSketch, sketchQuantile } from '@/lib/analysis/sketch'
import { mergeEncoded } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import { coverageOf } from './coverage'
import type { SeriesRole } from './flush'
import type { Span, TrafficPoint, TrafficSum } from './schema'
import { partsOf, stepsOf } from './span'

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

export interface ArmTraffic {
  points: (TrafficPoint | null)[]
  total: TrafficSum | null
}

/** Counts being summed, and the sketch that quantiles are read from at the end. */
interface Sum {
  n: number
  bad: number
  clientErrors: number
  shed: number
  fallback: number
  sketch: LatencySketch
}

/**
 * Counts and latency quantiles per step and arm of an endpoint; `expected` arms are there also when nothing was counted for them. A step without rows is a counted zero
 * where a source of the endpoint's clusters had reported over it, and a gap (null) where none had.
 */
export async function trafficOf(endpointId: string, span: Span, expected: ArmKey[]): Promise<Map<ArmKey, ArmTraffic>> {
  const arms = new Map<ArmKey, Map<number, Sum>>(expected.map((key) => [key, new Map()]))
  for (const row of await readRows(endpointId, span)) {
    const key: ArmKey = `${row.versionId}/${row.role}`
    const arm = arms.get(key) ?? new Map<number, Sum>()
    arms.set(key, arm)
    const at = Math.floor(row.slot.getTime() / span.stepMs) * span.stepMs
    const sum = arm.get(at) ?? emptySum()
    arm.set(at, sum)
    addRow(sum, row)
  }
  const covered = await coverageOf(endpointId, span)
  const seconds = stepsOf(span).map((at) => ({ at, ms: covered(at, at + span.stepMs) }))
  const all = seconds.reduce((total, step) => total + step.ms, 0) / 1_000
  const pointOf = (sum: Sum | undefined, at: number, ms: number) => {
    if (!sum && ms < span.stepMs) return null
    return { at, ...finish(sum ?? emptySum(), (ms > 0 ? Math.max(ms, 5_000) : span.stepMs) / 1_000) }
  }
  return new Map(
    [...arms].map(([key, arm]) => [
      key,
      { points: seconds.map(({ at, ms }) => pointOf(arm.get(at), at, ms)), total: arm.size > 0 ? finish(totalOf(arm), all) : null },
    ]),
  )
}

/** Rolled-up rows as far as they were rolled, finer ones for the rest. */
async function readRows(endpointId: string, span: Span): Promise<Row[]> {
  const rolled = await pool().query<{ minute: Date | null; hour: Date | null }>(
    'select (select max(slot) from telemetry.window_1m) as minute, (select max(slot) from telemetry.window_1h) as hour',
  )
  const parts = partsOf(span, {
    minute: rolled.rows[0].minute?.getTime() ?? null,
    hour: rolled.rows[0].hour?.getTime() ?? null,
  })
  const select = parts.map(
    (
      { table },
      i,
    ) => `select s.version_id as "versionId", s.role, w.slot, w.n::bigint, w.bad::bigint, w.client_errors::bigint as "clientErrors", w.shed::bigint,
       w.fallback::bigint, w.latency
     from telemetry.series s join telemetry.${table} w on w.series = s.id
     where s.endpoint_id = $1 and s.segment = 0 and w.slot >= $${2 * i + 2} and w.slot < $${2 * i + 3}`,
  )
  const { rows } = await pool().query<Row>(select.join(' union all '), [endpointId, ...parts.flatMap((part) => [part.from, part.to])])
  return rows
}

function emptySum(): Sum {
  return { n: 0, bad: 0, clientErrors: 0, shed: 0, fallback: 0, sketch: createSketch() }
}

function addRow(sum: Sum, row: Row): void {
  sum.n += Number(row.n)
  sum.bad += Number(row.bad)
  sum.clientErrors += Number(row.clientErrors)
  sum.shed += Number(row.shed)
  sum.fallback += Number(row.fallback)
  mergeEncoded(sum.sketch, row.latency)
}

function totalOf(arm: Map<number, Sum>): Sum {
  const total = emptySum()
  for (const sum of arm.values()) {
    for (const key of ['n', 'bad', 'clientErrors', 'shed', 'fallback'] as const) total[key] += sum[key]
    mergeSketch(total.sketch, sum.sketch)
  }
  return total
}

function finish({ sketch, ...counts }: Sum, seconds: number): TrafficSum {
  return { ...counts, seconds, p50: sketchQuantile(sketch, 0.5), p95: sketchQuantile(sketch, 0.95), p99: sketchQuantile(sketch, 0.99) }
}
