import * as z from 'zod'
import { Segments } from '@/lib/models/schema'

/** Weights are integers in basis points: 10,000 is all traffic. */
export const FULL = 10_000

const Bins = z.object({ name: z.string(), edges: z.array(z.number()) })

/** One version that the endpoint runs. `role` is also the role of its series: `live` for stable. */
export const WishArm = z.object({
  role: z.enum(['live', 'candidate']),
  versionId: z.uuid(),
  number: z.number().int().positive(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where the same file lies outside of Slipway; absent where the version names no such place. */
  location: z.string().max(2_000).optional(),
  threshold: z.number().nullable(),
  replicas: z.number().int().min(0).max(16),
  weight: z.number().int().min(0).max(FULL),
  /** What requests and the score are binned against; null: nothing is binned. Feature bins in input order; `id` is the baseline row. */
  baseline: z.object({ id: z.uuid(), features: z.array(Bins), score: Bins.nullable() }).nullable(),
})

/**
 * What a rollout wants counted beside requests: bins of features that both arms share, and segments. `key` names it, so that what was counted by another is
 * told apart.
 */
export const Observe = z.object({ key: z.string().max(64), features: z.array(Bins).max(16), segments: Segments })
export type Observe = z.infer<typeof Observe>

/** Copies of live requests that a version gets too: `share` of them in basis points, by chance. Its answers are thrown away and counted apart. */
export const Mirror = z.object({ versionId: z.uuid(), share: z.number().int().min(1).max(FULL) })
export type Mirror = z.infer<typeof Mirror>

/**
 * What the engine wants of an endpoint on a cluster, whole: applying it twice changes nothing. No arms with weight means 503 `no live version`.
 * `generation` only grows and is stamped on each request when it is assigned; (fence, generation) decides which of two writers is later.
 */
export const Wish = z.object({
  endpointId: z.uuid(),
  environment: z.string().min(1),
  model: z.string().min(1),
  generation: z.number().int().min(0),
  fence: z.number().int().min(0),
  /** Salts the routing key's hash: the rollout's id, else the endpoint's. */
  salt: z.string(),
  arms: z.array(WishArm).max(4),
  keys: z.array(z.object({ id: z.uuid(), hash: z.string(), expiresAt: z.number().nullable() })),
  /** Share of predictions kept for labels, 0..1, the same for both arms. */
  labelRate: z.number().min(0).max(1),
  /** Absent where nothing is declared. */
  observe: Observe.optional(),
  /** Absent where nothing is mirrored. */
  mirror: Mirror.optional(),
})

export type Wish = z.infer<typeof Wish>
export type WishArm = z.infer<typeof WishArm>

/** One model server as its cluster sees it. CPU in cores, memory in bytes. */
export const Replica = z.object({
  id: z.string(),
  state: z.enum(['starting', 'ready', 'draining', 'crashed', 'backing-off', 'stopped']),
  restarts: z.number().int(),
  cpu: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  lastExit: z.object({ code: z.number().nullable(), signal: z.string().nullable(), at: z.number() }).nullable(),
  reason: z.string().nullable(),
})

/** A version as it is on a cluster: `weight` is what the data plane says it routes by (acknowledged), `ready` how many replicas can answer. */
export const ObservedArm = z.object({
  versionId: z.uuid(),
  role: z.enum(['live', 'candidate']),
  weight: z.number().int(),
  ready: z.number().int(),
  wanted: z.number().int(),
  replicas: z.array(Replica),
})

/** What a cluster says of an endpoint. Times are ms since epoch in the cluster's corrected clock. */
export const ObservedEndpoint = z.object({
  endpointId: z.uuid(),
  fence: z.number().int(),
  generation: z.number().int(),
  /** SHA-256 of the wish body it routes by; another writer shows here. */
  wishHash: z.string(),
  /** Since when it routes by this generation. */
  acknowledgedAt: z.number(),
  arms: z.array(ObservedArm),
  removed: z.boolean(),
  /** Somebody changed the weights on the cluster itself, and when; null or missing: an engine (or a rescue) wrote what it holds. */
  byHand: z.object({ at: z.number() }).nullish(),
})

export type Replica = z.infer<typeof Replica>
export type ObservedArm = z.infer<typeof ObservedArm>
export type ObservedEndpoint = z.infer<typeof ObservedEndpoint>
