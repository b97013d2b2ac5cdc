import type { EvidenceWindow } from '@/lib/analysis/process'
import type { Gate, OutcomeGate, PlanDocument } from './schema'

/** A declared part of an endpoint's requests, as the plan froze it. */
type PlanSegment = NonNullable<PlanDocument['observe']>['segments'][number]

/** One comparison of a gate: the whole gate, one of its latency quantiles, or one of these in one segment. `at`: index of its first counter. */
export interface Lane {
  readonly gate: Gate
  /** Index into the frame's latency; null for others. */
  readonly index: number | null
  readonly at: number
  /** Index of the requests of both arms (traffic only). */
  readonly base: number
  readonly source: 'traffic' | 'labels'
  /** What label rows count for it: 0 is right or wrong, k the k-th of `measuresOf`. */
  readonly measure: number
  /** Against a fixed number: no other arm is needed. */
  readonly absolute: boolean
  /** Fisher's form where more than 5 % are expected to be bad: accuracy and low quantiles. Its ratios are odds ratios. */
  readonly exact: boolean
  /** null: all requests. */
  readonly segment: PlanSegment | null
  /** How far each segment's counters lie behind the whole's: a whole lane is compared segment by segment, so that another mix of them cannot mislead it. */
  readonly strata: readonly number[]
}

type Layout = Pick<PlanDocument, 'gates' | 'observe'>

const BASE = 4
const PER_QUANTILE = 3
const PER_MEASURE = 4

/** Gates with outcomes of their own, in the order in which label rows count them. */
export function measuresOf(gates: readonly Gate[]): OutcomeGate[] {
  return gates.filter((gate): gate is OutcomeGate => gate.metric === 'quality' || gate.metric === 'business')
}

/** Is the gate judged on outcomes that come later? */
export function readsLabels(gate: Pick<Gate, 'metric'>): boolean {
  return gate.metric === 'accuracy' || gate.metric === 'accuracy-floor' || gate.metric === 'quality' || gate.metric === 'business'
}

/** Against a fixed number, with or without another arm? */
export function isAbsolute(gate: Pick<Gate, 'metric'>): boolean {
  return gate.metric === 'objective' || gate.metric === 'accuracy-floor'
}

/** Latency quantiles in the order of the frame. */
export function quantilesOf(gates: readonly Gate[]): { quantile: number; floorMs: number }[] {
  return gates.flatMap((gate) => (gate.metric === 'latency' ? gate.quantiles.map((quantile) => ({ quantile, floorMs: gate.floorMs })) : []))
}

/** Segments that the plan froze, in the order in which rows count them. */
export function segmentsOf(plan: Layout): readonly PlanSegment[] {
  return plan.observe?.segments ?? []
}

/** Bins of each compared feature: missing, then one more than it has edges. */
export function binsOf(plan: Layout): number[] {
  return plan.observe?.features.map((feature) => feature.edges.length + 2) ?? []
}

/** Counters of requests, errors and latency of one block: the whole, or one segment. */
export function trafficBlock(gates: readonly Gate[]): number {
  return BASE + PER_QUANTILE * quantilesOf(gates).length
}

/** Index of the first counter of the compared features, and of each segment's block, in an evidence row. */
export function driftAt(plan: Layout): number {
  return trafficBlock(plan.gates)
}

/** The lanes of all gates: each gate's whole first, then its segments. */
export function lanesOf(plan: Layout): Lane[] {
  const segments = segmentsOf(plan)
  const block = trafficBlock(plan.gates)
  const bins = 2 * binsOf(plan).reduce((sum, count) => sum + count, 0)
  const shift = {
    traffic: segments.map((_, k) => block + bins + k * block),
    labels: segments.map((_, k) => (k + 1) * PER_MEASURE * (1 + measuresOf(plan.gates).length)),
  }
  return plan.gates.flatMap((gate): Lane[] => {
    const whole = wholeLanes(plan.gates, gate)
    if (isAbsolute(gate)) return whole
    return [
      ...whole.map((lane) => ({ ...lane, strata: shift[lane.source] })),
      ...segments.flatMap((segment, k) =>
        whole.map((lane) => ({ ...lane, segment, at: lane.at + shift[lane.source][k], base: shift.traffic[k] })),
      ),
    ]
  })
}

function wholeLanes(gates: readonly Gate[], gate: Gate): Lane[] {
  if (gate.metric === 'drift') return []
  const common = { gate, base: 0, segment: null, strata: [], absolute: isAbsolute(gate) }
  if (gate.metric === 'latency')
    return gate.quantiles.map((quantile, index) => ({
      ...common,
      index,
      at: BASE + PER_QUANTILE * index,
      source: 'traffic',
      measure: 0,
      exact: 1 - quantile > 0.05 + 1e-9,
    }))
  const labels = readsLabels(gate)
  const measure = measuresOf(gates).findIndex((own) => own.metric === gate.metric) + 1
  const at = labels ? PER_MEASURE * measure : 0
  return [{ ...common, index: null, at, source: labels ? 'labels' : 'traffic', measure, exact: labels && !common.absolute }]
}

/**
 * The names of `counts` in an evidence row, in order: requests and bad requests of both arms, then per latency quantile the candidate's slower than
 * tolerated and slower than the limit, and stable's slower than tau; then per compared feature the candidate's bins and stable's; then per segment the first
 * part again.
 */
export function counters(plan: Layout): string[] {
  const latency = quantilesOf(plan.gates).flatMap(({ quantile }) => {
    const name = `p${Number((quantile * 100).toFixed(1))}`
    return [`candidate slower than tolerated ${name}`, `candidate slower than limit ${name}`, `stable slower than ${name}`]
  })
  const block = ['candidate requests', 'stable requests', 'candidate bad', 'stable bad', ...latency]
  const sizes = binsOf(plan)
  const bins = (plan.observe?.features ?? []).flatMap(({ name }, i) =>
    ['candidate', 'stable'].flatMap((arm) => Array.from({ length: sizes[i] }, (_, bin) => `${arm} ${name} bin ${bin}`)),
  )
  return [...block, ...bins, ...segmentsOf(plan).flatMap((segment) => block.map((name) => `${name} in ${segment.name}`))]
}

/** The names of `counts` in a row of label evidence, in order: right or wrong, then each gate with outcomes of its own; then per segment the same again. */
export function labelCounters(plan: Layout): string[] {
  const own = measuresOf(plan.gates).map((gate) => (gate.metric === 'business' ? gate.name : gate.kind))
  const block = ['', ...own].flatMap((name) =>
    name === ''
      ? ['candidate wrong', 'candidate labels', 'stable wrong', 'stable labels']
      : [`candidate hits ${name}`, `candidate trials ${name}`, `stable hits ${name}`, `stable trials ${name}`],
  )
  return [...block, ...segmentsOf(plan).flatMap((segment) => block.map((name) => `${name} in ${segment.name}`))]
}

/** The window of a lane. `limit`: latency counts the candidate against its limit threshold instead of the tolerated one. */
export function windowOf(lane: Lane, counts: readonly number[], limit = false): EvidenceWindow {
  return windowAt(lane, counts, limit, 0)
}

function windowAt({ at, base, index, source }: Lane, counts: readonly number[], limit: boolean, by: number): EvidenceWindow {
  if (source === 'labels') return { xC: counts[at + by], nC: counts[at + by + 1], xS: counts[at + by + 2], nS: counts[at + by + 3] }
  const [nC, nS] = [counts[base + by], counts[base + by + 1]]
  if (index === null) return { xC: counts[base + by + 2], nC, xS: counts[base + by + 3], nS }
  return { xC: counts[at + by + (limit ? 1 : 0)], nC, xS: counts[at + by + 2], nS }
}

/** The windows that compare a lane side by side: one, or with segments one of each and one of the requests in none. */
export function windowsOf(lane: Lane, counts: readonly number[], limit = false): EvidenceWindow[] {
  const whole = windowOf(lane, counts, limit)
  if (lane.strata.length === 0) return [whole]
  const parts = lane.strata.map((by) => windowAt(lane, counts, limit, by))
  const rest = (pick: (window: EvidenceWindow) => number) =>
    Math.max(
      0,
      parts.reduce((left, part) => left - pick(part), pick(whole)),
    )
  const [nC, nS] = [rest((window) => window.nC), rest((window) => window.nS)]
  const none = {
    nC,
    nS,
    xC: Math.min(
      nC,
      rest((window) => window.xC),
    ),
    xS: Math.min(
      nS,
      rest((window) => window.xS),
    ),
  }
  return [...parts, none]
}
