import { z } from 'zod'

/** Roles of a series. Pinned requests are never evidence. */
export const SERIES_ROLES = ['live', 'candidate', 'shadow', 'fallback', 'pinned'] as const
export type SeriesRole = (typeof SERIES_ROLES)[number]

const count = z.number().int().min(0)
const key = {
  endpointId: z.uuid(),
  versionId: z.uuid(),
  role: z.enum(SERIES_ROLES),
  segment: count.default(0),
}

/** Buckets of routing keys: whoever sends much is in one of them, so that what hangs together by a key is seen. */
export const KEY_BUCKETS = 32

/**
 * A cumulative row for (series, slot, source, generation): slot by time of completion, generation and role by assignment, first attempt only.
 * n: requests assigned and finished (bad included; 4xx, shed, aborted excluded); bad: 5xx, timeout, connection failure or fallback;
 * latency: sparse sketch [[bucket, count], ...] of lib/analysis/sketch.ts over the n requests (a timeout counts in the last bucket).
 */
export const WindowRow = z.object({
  ...key,
  slot: z.number().int(),
  generation: z.number().int().min(0),
  n: count,
  bad: count,
  clientErrors: count,
  shed: count,
  aborted: count,
  fallback: count,
  latencySumMs: z.number().min(0),
  latencyMaxMs: z.number().min(0),
  latency: z.array(z.tuple([z.number().int(), z.number().int().positive()])).max(2_000),
  labelRate: z.number().min(0).max(1),
  /** Requests per bin of the features that the rollout compares. */
  bins: z.array(count).max(2_000).optional(),
  /** Requests and then bad requests per bucket of routing keys. */
  keys: z
    .array(count)
    .length(2 * KEY_BUCKETS)
    .optional(),
})

/** Cumulative bin counts of one minute: `feature` is the input's index, -1 the score. counts = [missing, bin 0, ..., bin k]. */
export const FeatureRow = z.object({
  ...key,
  minute: z.number().int(),
  baselineId: z.uuid(),
  feature: z.number().int().min(-1),
  counts: z.array(count).max(200),
})

/** A prediction kept for its label: `id` is the request id (UUIDv7, its time names the partition). */
export const PredictionRow = z.object({
  ...key,
  id: z.uuid(),
  generation: z.number().int().min(0),
  score: z.number().nullable(),
  positive: z.boolean(),
})

/** Rows to look at (errors, features); never evidence. */
export const SampleRow = z.object({
  ...key,
  id: z.uuid(),
  status: z.number().int(),
  latencyMs: z.number(),
  features: z.array(z.number()).max(256).nullable(),
  score: z.number().nullable(),
  error: z.string().max(500).nullable(),
})

/**
 * One flush of a source, `POST /api/v1/telemetry` with the cluster's identity token. `watermark` (ms since epoch, corrected clock): everything completed before it has been
 * reported, also when nothing was counted; it never goes back. `final`: this source ends here. `boot` names the source: a gateway's boot id. `endpointId`: the one endpoint whose
 * requests it counts, so that its silence is no other's; absent: it counts for all endpoints of the cluster.
 */
export const Flush = z.object({
  boot: z.uuid(),
  endpointId: z.uuid().optional(),
  watermark: z.number().int(),
  final: z.boolean().default(false),
  windows: z.array(WindowRow).max(5_000),
  features: z.array(FeatureRow).max(5_000),
  predictions: z.array(PredictionRow).max(20_000),
  samples: z.array(SampleRow).max(2_000),
})
export type Flush = z.infer<typeof Flush>
export type WindowRow = z.infer<typeof WindowRow>
export type FeatureRow = z.infer<typeof FeatureRow>
export type PredictionRow = z.infer<typeof PredictionRow>
export type SampleRow = z.infer<typeof SampleRow>

/** Answer to a flush; `now` is Postgres time in ms. A refused flush (clock off, foreign series) answers problem+json with `now` and `offsetMs` beside. */
export const FlushAnswer = z.object({
  now: z.number(),
  accepted: z.boolean(),
  offsetMs: z.number().optional(),
  message: z.string().optional(),
})
export type FlushAnswer = z.infer<typeof FlushAnswer>

const number = z.number().min(-1e30).max(1e30)

/** A true outcome for a request: `POST /api/v1/outcomes`. value: 0 or 1 for a binary task, any number for a regression. */
export const Outcome = z.object({ requestId: z.uuid(), value: number })
export const Outcomes = z.object({ outcomes: z.array(Outcome).min(1).max(5_000) })

/** A number of your own for a request (revenue, minutes): `POST /api/v1/measurements`. `metric` is the name that a gate judges it by. */
const Measurement = z.object({
  requestId: z.uuid(),
  metric: z.string().regex(/^[a-z][a-z0-9_.-]{0,62}$/, 'A metric is lower-case letters, digits, dots, dashes and underscores.'),
  value: number,
})
export const Measurements = z.object({ measurements: z.array(Measurement).min(1).max(5_000) })
