import type { Survey } from '@/lib/clusters/routes/schema'
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
export type ObserveResult =
  | {
      ok: true
      endpoints: Map<string, ObservedEndpoint>
      /** Endpoints of which the cluster says what we do not understand, with the reason: as out of reach, each for itself. */
      unread: Map<string, string>
      offsetMs: number | null
    }
  | Unreachable

/** `noMirror`: why the cluster sends no copies of live requests; null: it does where a wish asks for them. */
export type ProbeResult = { ok: true; version: string; detail: string; noMirror: string | null } | Unreachable

/** One line of what would change in the cluster. `object`: in one object of its API; `refused`: what the cluster would not take, or what stands against it. */
export interface Change {
  kind: 'start' | 'stop' | 'weight' | 'keys' | 'mirror' | 'object' | 'refused' | 'none'
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

/** What came of taking over a route, or of giving it back. `stale`: it is another than was shown; `refused`: with what is in the way. */
export type RouteResult = { ok: true; kind: 'written' } | { ok: false; kind: 'stale' | 'refused'; reason: string } | Unreachable

/**
 * What a person asks of a route. `seen`: as it was shown; `share`: of its requests for the endpoint, in basis points; `rewrite`: the matched prefix becomes the model's own
 * path; `despite`: other writers that were told, as the person says.
 */
export interface RouteAsked {
  endpointId: string
  route: string
  seen: string
  share: number
  rewrite: boolean
  despite: readonly string[]
}

export type SurveyResult = ({ ok: true } & Survey) | Unreachable

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
  /** What serves there that Slipway did not make. Left out: nothing else can. */
  survey?(cluster: ClusterTarget, signal: AbortSignal): Promise<SurveyResult>
  /** Gives an endpoint a share of the requests of what Slipway did not make, and gives it back. Left out with `survey`. */
  takeRoute?(cluster: ClusterTarget, asked: RouteAsked, signal: AbortSignal): Promise<RouteResult>
  returnRoute?(cluster: ClusterTarget, asked: Pick<RouteAsked, 'endpointId' | 'route'>, signal: AbortSignal): Promise<RouteResult>
}
