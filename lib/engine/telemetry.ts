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
  endpointId: string
  seenMs: number
}

/** An endpoint on one of its clusters. */
export interface CountedPlace {
  endpointId: string
  clusterId: string
}

/** Sources that may still matter: heard within the last 10 minutes. Read them before the windows: a watermark never promises more than is stored. */
export async function readSources(places: readonly CountedPlace[], nowMs: number): Promise<HeardSource[]> {
  const { rows } = await pool().query<{ endpoint_id: string; cluster_id: string; watermark: Date; final: boolean; seen_at: Date }>(
    `select endpoint_id, cluster_id, watermark, final, seen_at from telemetry.endpoint_source
     where (endpoint_id, cluster_id) in (select * from unnest($1::uuid[], $2::uuid[])) and watermark > $3`,
    [places.map(({ endpointId }) => endpointId), places.map(({ clusterId }) => clusterId), new Date(nowMs - 600_000)],
  )
  return rows.map((row) => ({
    endpointId: row.endpoint_id,
    clusterId: row.cluster_id,
    watermarkMs: row.watermark.getTime(),
    final: row.final,
    seenMs: row.seen_at.getTime(),
  }))
}

/** Those of them that count one place. */
export function sourcesAt(sources: readonly HeardSource[], { endpointId, clusterId }: CountedPlace): HeardSource[] {
  return sources.filter((source) => source.endpointId === endpointId && source.clusterId === clusterId)
}

/** Windows of the two versions of an endpoint in the slots [fromMs, toMs): of all requests, and of the `segments` by their ids. */
export interface WindowsAsked {
  endpointId: string
  versions: ArmVersions
  fromMs: number
  toMs: number
  segments?: readonly number[]
}

interface WindowRow {
  asked: number
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

/** What was asked for, summed over sources. Pinned, shadow and fallback requests are never evidence. */
export async function readWindows(asked: WindowsAsked): Promise<ArmWindow[]> {
  return (await readAllWindows([asked]))[0] ?? []
}

/** The same for many at once, in one query, in the order in which they were asked. */
export async function readAllWindows(asked: readonly WindowsAsked[]): Promise<ArmWindow[][]> {
  const keys = asked.map(({ endpointId, versions, fromMs, toMs, segments = [] }, i) => ({
    asked: i,
    endpoint: endpointId,
    versions: both(versions),
    segments: [0, ...segments],
    from: new Date(fromMs),
    to: new Date(toMs),
  }))
  // `offset 0`: the windows of each series by its own index, however many the planner takes these to be.
  const { rows } = await pool().query<WindowRow>(
    `select k.asked, s.cluster_id, w.slot, w.generation, s.version_id, s.segment, w.n, w.bad, w.latency, w.bins, w.keys
     from jsonb_to_recordset($1::jsonb) as k(asked int, endpoint uuid, versions uuid[], segments int[], "from" timestamptz, "to" timestamptz)
     join telemetry.series s on s.endpoint_id = k.endpoint and s.version_id = any(k.versions) and s.segment = any(k.segments) and s.role in ('live', 'candidate')
     cross join lateral (select * from telemetry.window_5s where series = s.id and slot >= k.from and slot < k.to offset 0) w
     order by w.slot`,
    [JSON.stringify(keys)],
  )
  const sums = asked.map(() => new Map<string, ArmWindow>())
  for (const row of rows) add(sums[row.asked], row, asked[row.asked].versions)
  return sums.map((each) => [...each.values()])
}

function add(sums: Map<string, ArmWindow>, row: WindowRow, versions: ArmVersions): void {
  const key = `${row.cluster_id}/${row.slot.getTime()}/${row.generation}/${row.version_id}/${row.segment}`
  const sum = sums.get(key) ?? emptyWindow(row, versions)
  sum.n += row.n
  sum.bad += row.bad
  mergeSketch(sum.latency, decodeSketch(row.latency))
  sum.bins = addCounts(sum.bins, row.bins)
  sum.keys = addCounts(sum.keys, row.keys)
  sums.set(key, sum)
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
