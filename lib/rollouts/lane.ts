import type { EvidenceWindow } from '@/lib/analysis/process'
import type { Gate, OutcomeGate, PlanDocument } from './schema'

/** One comparison of a gate: the whole gate, or one of its latency quantiles. `at`: index of its first counter. */
export interface Lane {
  readonly gate: Gate
  /** Index into the frame's latency; null for others. */
  readonly index: number | null
  readonly at: number
  readonly source: 'traffic' | 'labels'
  /** What label rows count for it: 0 is right or wrong, k the k-th of `measuresOf`. */
  readonly measure: number
  /** Against a fixed number: no other arm is needed. */
  readonly absolute: boolean
  /** Fisher's form where more than 5 % are expected to be bad: accuracy and low quantiles. Its ratios are odds ratios. */
  readonly exact: boolean
}

type Gates = Pick<PlanDocument, 'gates'>

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

export function lanesOf(gates: readonly Gate[]): Lane[] {
  const measures = measuresOf(gates)
  return gates.flatMap((gate): Lane[] => {
    if (gate.metric === 'latency')
      return gate.quantiles.map((quantile, index) => ({
        gate,
        index,
        at: BASE + PER_QUANTILE * index,
        source: 'traffic',
        measure: 0,
        absolute: false,
        exact: 1 - quantile > 0.05 + 1e-9,
      }))
    const labels = readsLabels(gate)
    const measure = measures.findIndex((own) => own.metric === gate.metric) + 1
    const at = labels ? PER_MEASURE * measure : 0
    const exact = labels && !isAbsolute(gate)
    return [{ gate, index: null, at, source: labels ? 'labels' : 'traffic', measure, absolute: isAbsolute(gate), exact }]
  })
}

/**
 * The names of `counts` in an evidence row, in order: requests and bad requests of both arms, then per latency quantile the candidate's slower than
 * tolerated and slower than the limit, and stable's slower than tau.
 */
export function counters({ gates }: Gates): string[] {
  const latency = quantilesOf(gates).flatMap(({ quantile }) => {
    const name = `p${Number((quantile * 100).toFixed(1))}`
    return [`candidate slower than tolerated ${name}`, `candidate slower than limit ${name}`, `stable slower than ${name}`]
  })
  return ['candidate requests', 'stable requests', 'candidate bad', 'stable bad', ...latency]
}

/** The names of `counts` in a row of label evidence, in order: right or wrong, then each gate with outcomes of its own. */
export function labelCounters({ gates }: Gates): string[] {
  const own = measuresOf(gates).map((gate) => (gate.metric === 'business' ? gate.name : gate.kind))
  return ['', ...own].flatMap((name) =>
    name === ''
      ? ['candidate wrong', 'candidate labels', 'stable wrong', 'stable labels']
      : [`candidate hits ${name}`, `candidate trials ${name}`, `stable hits ${name}`, `stable trials ${name}`],
  )
}

/** The window of a lane. `limit`: latency counts the candidate against its limit threshold instead of the tolerated one. */
export function windowOf(lane: Lane, counts: readonly number[], limit = false): EvidenceWindow {
  const { at } = lane
  if (lane.source === 'labels') return { xC: counts[at], nC: counts[at + 1], xS: counts[at + 2], nS: counts[at + 3] }
  const [nC, nS] = counts
  if (lane.index === null) return { xC: counts[2], nC, xS: counts[3], nS }
  return { xC: counts[at + (limit ? 1 : 0)], nC, xS: counts[at + 2], nS }
}
