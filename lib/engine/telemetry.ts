import { createSketch, type LatencySketch, mergeSketch } from '@/lib/analysis/sketch'
import { decodeSketch } from '@/lib/analysis/sketch-codec'
import { pool } from '@/lib/db'
import type { SourceMark } from './closing'

/** Of a rollout: the plan's `to` and `from`. */
export type Arm = 'candidate' | 'stable'

/** The two versions that are compared; null: there is none. */
export interface ArmVersions {
  candidate: string | null
  stable: string | null
}

/** What one arm of one generation counted on one cluster in one slot, over all sources. */
export interface ArmWindow {
  clusterId: string
  slotMs: number
  generation: number
  arm: Arm
  /** 0: all requests. */
  segment: number
  n: number
  bad: number
  latency: LatencySketch
  /** Requests per bin of the features that the rollout compares; null: none was counted. */
  bins: number[] | null
  /** Requests and then bad requests per bucket of routing keys; null: none came with a key. */
  keys: number[] | null
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
  version_id: string
  segment: number
  n: number
  bad: number
  latency: Buffer
  bins: number[] | null
  keys: number[] | null
}

/**
 * Windows of the two versions in the slots [fromMs, toMs), summed over sources: of all requests, and of the `segments` by their ids. Pinned, shadow and fallback
 * requests are never evidence.
 */
export async function readWindows(
  endpointId: string,
  versions: ArmVersions,
  fromMs: number,
  toMs: number,
  segments: readonly number[] = [],
): Promise<ArmWindow[]> {
  if (toMs <= fromMs) return []
  const { rows } = await pool().query<WindowRow>(
    `select s.cluster_id, w.slot, w.generation, s.version_id, s.segment, w.n, w.bad, w.latency, w.bins, w.keys
     from telemetry.series s join telemetry.window_5s w on w.series = s.id
     where s.endpoint_id = $1 and s.version_id = any($2::uuid[]) and s.segment = any($5::int[]) and s.role in ('live', 'candidate')
       and w.slot >= $3 and w.slot < $4
     order by w.slot`,
    [endpointId, both(versions), new Date(fromMs), new Date(toMs), [0, ...segments]],
  )
  const sums = new Map<string, ArmWindow>()
  for (const row of rows) {
    const key = `${row.cluster_id}/${row.slot.getTime()}/${row.generation}/${row.version_id}/${row.segment}`
    const sum = sums.get(key) ?? emptyWindow(row, versions)
    sum.n += row.n
    sum.bad += row.bad
    mergeSketch(sum.latency, decodeSketch(row.latency))
    sum.bins = addCounts(sum.bins, row.bins)
    sum.keys = addCounts(sum.keys, row.keys)
    sums.set(key, sum)
  }
  return [...sums.values()]
}

/** Two arrays of counts, one added to the other; null counts nothing. */
export function addCounts(a: number[] | null, b: readonly number[] | null): number[] | null {
  if (!a || !b) return a ?? (b ? [...b] : null)
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0) + (b[i] ?? 0))
}

function emptyWindow(row: WindowRow, versions: ArmVersions): ArmWindow {
  const { cluster_id: clusterId, slot, generation, version_id, segment } = row
  const arm = armOf(version_id, versions)
  return { clusterId, slotMs: slot.getTime(), generation, arm, segment, n: 0, bad: 0, latency: createSketch(), bins: null, keys: null }
}

/** The ids of the versions that there are. */
export function both({ candidate, stable }: ArmVersions): string[] {
  return [candidate, stable].filter((id) => id !== null)
}

export function armOf(versionId: string, versions: ArmVersions): Arm {
  return versionId === versions.candidate ? 'candidate' : 'stable'
}
