import { z } from 'zod'
import type { SeriesRole } from './flush'
import { RANGES, type Range } from './ranges'

const instant = z.iso.datetime({ offset: true, error: 'Give a time as 2026-11-21T04:00:00Z.' })

/** What a page or a request asks for: `range=30m`, or `from` and `to` as ISO times; anything else is refused in words. */
export const TimeRange = z.object({
  range: z.enum(Object.keys(RANGES) as [Range, ...Range[]], { error: `Give one of ${Object.keys(RANGES).join(', ')}.` }).default('30m'),
  from: instant.optional(),
  to: instant.optional(),
})
export type TimeRange = z.infer<typeof TimeRange>

/** A span as a query uses it. `step` ms between points, at most about 240 of them; `table` is the coarsest that the step can be made from. */
export interface Span {
  from: Date
  to: Date
  stepMs: number
  table: 'window_5s' | 'window_1m' | 'window_1h'
}

/** Counts and latency of an arm over some time. Quantiles in ms, null without requests. `seconds` of it were reported on: what a rate divides by. */
export interface TrafficSum {
  n: number
  bad: number
  clientErrors: number
  shed: number
  fallback: number
  p50: number | null
  p95: number | null
  p99: number | null
  seconds: number
}

/** One step of an arm. `n` 0 is a counted zero; null points are gaps: no source reported. */
export interface TrafficPoint extends TrafficSum {
  at: number
}

/**
 * Labels by the time of their prediction. `coverage`: labels per prediction counted. `cost`: per 1,000 labelled, at the endpoint's prices. `brier`: the mean
 * squared error of a probability; `meanSquaredError`: that of a regression, in the square of its unit, where nothing else is known.
 * `maturing`: one of the latest steps, with less than half of the usual coverage: its numbers will still move.
 */
export interface QualitySum {
  labels: number
  accuracy: number | null
  coverage: number | null
  auc: number | null
  brier: number | null
  meanSquaredError: number | null
  cost: number | null
}
export interface QualityPoint extends QualitySum {
  at: number
  maturing: boolean
}

/** One version of an endpoint, in one role, over the span. `current`: it serves in this role now. */
export interface ArmSeries {
  role: SeriesRole
  versionId: string
  number: number
  current: boolean
  traffic: (TrafficPoint | null)[]
  quality: (QualityPoint | null)[]
  total: TrafficSum | null
  totalQuality: QualitySum | null
}

/** A rollout that began or ended within the span, for markers. */
export interface RolloutMark {
  id: string
  at: number
  text: string
}

/** What a missed positive and a false alarm cost: from the live version's decision threshold t, (1 - t) / t to 1. */
export interface Prices {
  missed: number
  falseAlarm: number
  threshold: number | null
}

/** A counter of one of the endpoint's clusters. `state`: `counting`; `silent` since its watermark; `ended` in order; `clock-off`: its flushes are refused, off by `offsetMs`. */
export interface SourceState {
  id: number
  cluster: string
  state: 'counting' | 'silent' | 'ended' | 'clock-off'
  reportedTo: string | null
  offsetMs: number
}

/** A cluster of an endpoint as the engine and its counters last reached us. `reachable` null: the engine has not looked yet. */
export interface ClusterReach {
  cluster: string
  reachable: boolean | null
  observedAt: string | null
  sources: SourceState[]
}

export interface EndpointSeries {
  from: number
  to: number
  stepMs: number
  arms: ArmSeries[]
  marks: RolloutMark[]
  prices: Prices
  /** The model answers with a number, not with a class: of its quality only the squared error is known. */
  regression: boolean
  clusters: ClusterReach[]
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
  /** Why its latencies cannot be read; null: they can. */
  unreadable: string | null
  lastSeenAt: string | null
}

/** A request kept to look at; never evidence. `features` in the model's order, named as in the baseline. */
export interface SampleRow {
  id: string
  at: string
  number: number
  role: SeriesRole
  status: number
  latencyMs: number
  score: number | null
  error: string | null
  features: { name: string; value: number }[]
}

export const SampleFilter = TimeRange.extend({ kind: z.enum(['all', 'errors']).default('all'), after: z.string().max(200).optional() })
export type SampleFilter = z.infer<typeof SampleFilter>

/** The list of endpoints on the monitoring page. */
export const MonitoredFilter = z.object({
  q: z.string().trim().max(100).default(''),
  /** The slug of one environment; empty: all. */
  environment: z.string().trim().max(63).default(''),
  after: z.string().max(400).optional(),
})
export type MonitoredFilter = z.input<typeof MonitoredFilter>

export interface MonitoredRow extends EndpointHealth {
  model: string
  modelName: string
  environment: string
  environmentName: string
  live: number | null
  next: { number: number; rolloutId: string } | null
}

/** An endpoint's name, for the head of its page. */
export interface MonitoredEndpoint {
  id: string
  model: string
  modelName: string
  environment: string
  environmentName: string
  live: number | null
}
