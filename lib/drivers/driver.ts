import type { ObservedEndpoint, Wish } from '@/lib/endpoints/wish'

/** A cluster as a driver is told of it; the credential is unsealed by the engine and never stored by the driver. */
export interface ClusterTarget {
  id: string
  name: string
  config: unknown
  credential: string
}

/** Unreachable is a value, not an error: `reason` is a plain sentence. */
export interface Unreachable {
  ok: false
  kind: 'unreachable'
  reason: string
}

/**
 * `applied`: routed by now, or will be as capacity is ready; `stale`: a later (fence, generation) is there; `conflict`: the same pair with another body;
 * `refused`: the cluster says that the wish is wrong.
 */
export type ApplyResult =
  | { ok: true; kind: 'applied'; observed: ObservedEndpoint }
  | { ok: false; kind: 'stale'; fence: number; generation: number }
  | { ok: false; kind: 'conflict'; fence: number; generation: number }
  | { ok: false; kind: 'refused'; reason: string }
  | Unreachable

/** `observed` is null for an endpoint that the cluster does not know. `offsetMs`: cluster clock minus ours as last measured by the cluster, null if it has none. */
export type ObserveResult = { ok: true; endpoints: Map<string, ObservedEndpoint>; offsetMs: number | null } | Unreachable

export type ProbeResult = { ok: true; version: string; detail: string } | Unreachable

/** One line of what would change in the cluster. */
export interface Change {
  kind: 'start' | 'stop' | 'weight' | 'keys' | 'none'
  text: string
}

export type PreviewResult = { ok: true; changes: Change[] } | Unreachable

export interface LogLine {
  at: number
  replica: string
  stream: 'stdout' | 'stderr' | 'event'
  text: string
}

export type LogsResult = { ok: true; lines: LogLine[] } | Unreachable

/**
 * The engine's hand on a kind of cluster. Every call is idempotent, bounded (by `signal`) and cancellable; none throws for what a cluster can do wrong.
 * A driver knows no rollout and no database.
 */
export interface Driver {
  /** All endpoints in one call: weights acknowledged, replicas, CPU, memory, exits. */
  observe(cluster: ClusterTarget, signal: AbortSignal): Promise<ObserveResult>
  apply(cluster: ClusterTarget, wish: Wish, signal: AbortSignal): Promise<ApplyResult>
  /** Stops serving; the cluster keeps fence and generation, so that a late writer is still refused. */
  remove(cluster: ClusterTarget, key: { endpointId: string; fence: number; generation: number }, signal: AbortSignal): Promise<ApplyResult>
  probe(cluster: ClusterTarget, signal: AbortSignal): Promise<ProbeResult>
  preview(cluster: ClusterTarget, wish: Wish, signal: AbortSignal): Promise<PreviewResult>
  logs(cluster: ClusterTarget, endpointId: string, limit: number, signal: AbortSignal): Promise<LogsResult>
}
