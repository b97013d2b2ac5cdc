import type { CountedShare } from '@/lib/rollouts/view-schema'
import type { TrafficLine } from './counted/words'
import type { Replica } from './wish'

// What queries.ts gives to pages and REST. Times are ISO texts in UTC; weights basis points.

/** `harmed`: users get errors now; `misrouted`: requests do not go by the weights; `unknown`: cannot be said (silent cluster, nothing counted). */
export type EndpointHealth = 'ok' | 'unready' | 'harmed' | 'misrouted' | 'unknown'

/** One row of the list. */
export interface EndpointRow {
  id: string
  model: string
  environment: string
  live: number | null
  health: EndpointHealth
  /** Why, in words: "2 of 2 replicas ready", "onprem-1 silent for 40 s". */
  says: string
  /** Requests and bad share of the last five minutes; null: nothing was reported. */
  requests: number | null
  bad: number | null
  p95: number | null
  /** Why its latencies cannot be read; null: they can. */
  unreadable: string | null
  rollout: { id: string; phase: string; to: number | null } | null
  /** Versions that were promoted here before, newest first: where a return may go. */
  returnTo: { id: string; number: number }[]
  mayReturn: boolean
  seenAt: string | null
}

/** A version on a cluster. */
export interface ArmView {
  versionId: string
  number: number
  role: 'live' | 'candidate'
  desired: number
  acknowledged: number | null
  counted: CountedShare | null
  /** What each witness counted of it, against its weight. */
  compared: TrafficLine[]
  ready: number
  wanted: number
  replicas: Replica[]
}

export interface PlacedView {
  clusterId: string
  cluster: string
  location: string
  wave: number
  address: string | null
  generation: number
  acknowledgedGeneration: number | null
  /** When its present wish was stored; null: there is none. */
  wishedAt: string | null
  seenAt: string | null
  arms: ArmView[]
  /** What else is known, or cannot be said, of the traffic there. */
  traffic: TrafficLine[]
  /** Nobody can say what goes where. */
  unverified: boolean
}

export interface KeyView {
  id: string
  name: string
  prefix: string
  createdAt: string
  expiresAt: string | null
}

/** An act that this person may or may not do now, and why not: who may, or what must happen first. */
export interface ActView {
  allowed: boolean
  why: string | null
}

/** The page of an endpoint. */
export interface EndpointView extends EndpointRow {
  environmentKind: string
  replicas: number
  /** When it was retired; null: it is served. */
  retiredAt: string | null
  labelRate: number
  clusters: PlacedView[]
  keys: KeyView[]
  may: { key: boolean; launch: boolean; return: boolean }
  acts: { scale: ActView; retire: ActView }
  now: string
}

/** A line of a model server's or the gateway's log. */
export interface LogLineView {
  at: number
  cluster: string
  replica: string
  stream: 'stdout' | 'stderr' | 'event'
  text: string
}

/** The newest log lines per cluster; `silent` names clusters (or the engine) that did not answer, with the reason. */
export interface LogsView {
  lines: LogLineView[]
  silent: { cluster: string; reason: string }[]
}
