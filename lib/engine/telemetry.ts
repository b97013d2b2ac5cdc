import { createSketch, type LatencySketch, mergeSketch } from '@/lib/analysis/sketch'
import { decodeSketch } from '@/lib/analysis/sketch-codec'
import { SLOT_MS } from '@/lib/clock'
import { pool } from '@/lib/db'
import type { SourceMark } from './closing'

export type ArmRole = 'live' | 'candidate'

/** What one arm of one generation counted on one cluster in one slot, over all sources. */
export interface ArmWindow {
  clusterId: string
  slotMs: number
  generation: number
  role: ArmRole
  n: number
  bad: number
  latency: LatencySketch
}

/** Labels that came in one slot, of predictions of one generation and arm. */
export interface ArmLabels {
  clusterId: string
  slotMs: number
  generation: number
  role: ArmRole
  labels: number
  wrong: number
}

export interface HeardSource extends SourceMark {
  seenMs: number
}

/** Sources that may still matter: heard within the last 10 minutes. Read them before the windows: a watermark never promises more than is stored. */
export async function readSources(clusterIds: readonly string[], nowMs: number): Promise<HeardSource[]> {
  const { rows } = await pool().query<{ cluster_id: string; watermark: Date; final: boolean; seen_at: Date }>(
    'select cluster_id, watermark, final, seen_at from telemetry.source where cluster_id = any($1::uuid[]) and watermark > $2',
    [clusterIds, new Date(nowMs - 600_000)],
  )
  return rows.map((row) => ({
    clusterId: row.cluster_id,
    watermarkMs: row.watermark.getTime(),
    final: row.final,
    seenMs: row.seen_at.getTime(),
  }))
}

interface WindowRow {
  cluster_id: string
  slot: Date
  generation: number
  role: ArmRole
  n: number
  bad: number
  latency: Buffer
}

/** Windows of the endpoint's two arms in the slots [fromMs, toMs), summed over sources. `versionId`: only that version's (a frame's reference). */
export async function readWindows(endpointId: string, fromMs: number, toMs: number, versionId: string | null = null): Promise<ArmWindow[]> {
  if (toMs <= fromMs) return []
  const { rows } = await pool().query<WindowRow>(
    `select s.cluster_id, w.slot, w.generation, s.role, w.n, w.bad, w.latency
     from telemetry.series s join telemetry.window_5s w on w.series = s.id
     where s.endpoint_id = $1 and s.segment = 0 and s.role in ('live', 'candidate') and w.slot >= $2 and w.slot < $3 and ($4::uuid is null or s.version_id = $4)
     order by w.slot`,
    [endpointId, new Date(fromMs), new Date(toMs), versionId],
  )
  const sums = new Map<string, ArmWindow>()
  for (const row of rows) {
    const key = `${row.cluster_id}/${row.slot.getTime()}/${row.generation}/${row.role}`
    const sum = sums.get(key) ?? {
      clusterId: row.cluster_id,
      slotMs: row.slot.getTime(),
      generation: row.generation,
      role: row.role,
      n: 0,
      bad: 0,
      latency: createSketch(),
    }
    sum.n += row.n
    sum.bad += row.bad
    mergeSketch(sum.latency, decodeSketch(row.latency))
    sums.set(key, sum)
  }
  return [...sums.values()]
}

/** Labels matched in the slots [fromMs, toMs), of predictions made since `sinceMs` (it names the partitions). */
export async function readLabels(endpointId: string, fromMs: number, toMs: number, sinceMs: number): Promise<ArmLabels[]> {
  if (toMs <= fromMs) return []
  const { rows } = await pool().query<{
    cluster_id: string
    slot: string
    generation: number
    role: ArmRole
    labels: string
    wrong: string
  }>(
    `select s.cluster_id, floor(extract(epoch from o.matched_at) * 1000 / $5) * $5 as slot, o.generation, s.role, count(*) as labels,
       count(*) filter (where o.positive is distinct from (o.value >= 0.5)) as wrong
     from telemetry.series s join telemetry.outcome o on o.series = s.id
     where s.endpoint_id = $1 and s.segment = 0 and s.role in ('live', 'candidate') and o.matched_at >= $2 and o.matched_at < $3 and o.at >= $4
     group by 1, 2, 3, 4 order by 2`,
    [endpointId, new Date(fromMs), new Date(toMs), new Date(sinceMs), SLOT_MS],
  )
  return rows.map((row) => ({
    clusterId: row.cluster_id,
    slotMs: Number(row.slot),
    generation: row.generation,
    role: row.role,
    labels: Number(row.labels),
    wrong: Number(row.wrong),
  }))
}
