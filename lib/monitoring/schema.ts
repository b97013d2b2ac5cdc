import { z } from 'zod'
import type { SeriesRole } from './flush'

/** Time ranges of the monitoring pages, in the URL as `range=30m`; or `from` and `to` as ISO times. */
export const RANGES = {
  '15m': 900,
  '30m': 1_800,
  '1h': 3_600,
  '3h': 10_800,
  '12h': 43_200,
  '24h': 86_400,
  '7d': 604_800,
  '30d': 2_592_000,
} as const
export type Range = keyof typeof RANGES

export const TimeRange = z.object({
  range: z.enum(Object.keys(RANGES) as [Range, ...Range[]]).catch('30m'),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
})
export type TimeRange = z.infer<typeof TimeRange>

/** A span as a query uses it. `step` ms between points, at most about 240 of them. */
export interface Span {
  from: Date
  to: Date
  stepMs: number
  table: 'window_5s' | 'window_1m' | 'window_1h'
}

/** One step of an arm. `n` 0 is a counted zero; null points are gaps: no source reported. Quantiles in ms, null without requests. */
export interface TrafficPoint {
  at: number
  n: number
  bad: number
  clientErrors: number
  shed: number
  fallback: number
  p50: number | null
  p95: number | null
  p99: number | null
}

/** Labels by the time of their prediction. `coverage`: labels per prediction counted. `cost`: per 1,000, a missed positive at 3, a false alarm at 1. */
export interface QualityPoint {
  at: number
  labels: number
  accuracy: number | null
  coverage: number | null
  auc: number | null
  brier: number | null
  cost: number | null
}

/** One version of an endpoint, in one role, over the span. */
export interface ArmSeries {
  role: SeriesRole
  versionId: string
  number: number
  traffic: (TrafficPoint | null)[]
  quality: (QualityPoint | null)[]
}

/** A rollout that began or ended within the span, for markers. */
export interface RolloutMark {
  id: string
  at: number
  text: string
}

export interface EndpointSeries {
  from: number
  to: number
  stepMs: number
  arms: ArmSeries[]
  marks: RolloutMark[]
}

/** Live data against the version's baseline: a warning, never a verdict. Bins share the baseline's edges; counts[0] is "missing". */
export interface DriftRow {
  versionId: string
  number: number
  feature: string
  edges: number[]
  baseline: number[]
  live: number[]
  n: number
  baselineN: number
  psi: number
  psiDebiased: number
  p: number
  enough: boolean
}

/** An endpoint's last 5 minutes, for lists: worst first. */
export interface EndpointHealth {
  endpointId: string
  requests: number
  perSecond: number
  errorShare: number | null
  p95: number | null
  lastSeenAt: string | null
}
