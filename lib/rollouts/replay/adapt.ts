import type { EvidenceRow } from '../evidence'
import { METRIC_WORDS } from '../explain-verdict'
import type { Frame } from '../frame'
import type { JudgeInput } from '../judge'
import { counters, labelCounters, measuresOf, quantilesOf, readsLabels } from '../lane'
import type { Gate, PlanDocument } from '../schema'
import type { Change } from './schema'

/** A plan with other parameters, and how what was counted for the old one is read for it. */
export interface Adapted {
  readonly plan: PlanDocument
  /** What cannot be judged again, and why. */
  readonly notes: readonly string[]
  input(input: JudgeInput): JudgeInput
}

/** The plan as it would have been. Only what was counted can be judged: a gate that needs other counters is left out, and it is said. Pure. */
export function adapt(plan: PlanDocument, change: Change): Adapted {
  const notes: string[] = []
  const wanted = (plan.strategy === 'initial' ? (change.initialGates ?? change.gates) : change.gates) ?? plan.gates
  const gates = wanted.flatMap((gate) => countable(plan, gate, notes))
  const next: PlanDocument = {
    ...plan,
    gates,
    alpha: change.alpha ?? plan.alpha,
    alphaSafe: change.alphaSafe ?? plan.alphaSafe,
    pace: { ...plan.pace, ...Object.fromEntries(Object.entries(change.pace ?? {}).filter(([, value]) => value !== undefined)) },
  }
  const traffic = indexes(counters(next), counters(plan))
  const labels = indexes(labelCounters(next), labelCounters(plan))
  const row = (from: EvidenceRow, columns: readonly number[]) => ({ ...from, counts: columns.map((i) => from.counts[i] ?? 0) })
  return {
    plan: next,
    notes,
    input(input) {
      if (input.kind === 'evidence') return { kind: 'evidence', row: row(input.row, traffic) }
      if (input.kind === 'labels') return { kind: 'labels', row: row(input.row, labels) }
      return input.kind === 'frame' ? { kind: 'frame', frame: reframe(input.frame, plan, next) } : input
    },
  }
}

/** The gate as far as its counters are there. */
function countable(plan: PlanDocument, gate: Gate, notes: string[]): Gate[] {
  const name = METRIC_WORDS[gate.metric]
  if (gate.metric === 'latency') return countableLatency(plan, gate, notes)
  if (plan.strategy === 'initial' && gate.metric !== 'objective' && gate.metric !== 'accuracy-floor') {
    notes.push(`${name}: a first version had nothing to compare with.`)
    return []
  }
  if (readsLabels(gate) && !plan.gates.some(readsLabels)) {
    notes.push(`${name}: no labels were counted for this rollout, because its plan judged none.`)
    return []
  }
  if ((gate.metric === 'quality' || gate.metric === 'business') && !measuresOf(plan.gates).some((own) => sameMeasure(own, gate))) {
    notes.push(`${name}: this outcome was not counted for this rollout.`)
    return []
  }
  return [gate]
}

function countableLatency(plan: PlanDocument, gate: Gate & { metric: 'latency' }, notes: string[]): Gate[] {
  const counted = quantilesOf(plan.gates)
  const known = gate.quantiles.filter((quantile) => counted.some((one) => one.quantile === quantile))
  const missing = gate.quantiles
    .filter((quantile) => !known.includes(quantile))
    .map((quantile) => `p${Number((quantile * 100).toFixed(1))}`)
  if (missing.length > 0) notes.push(`latency: ${missing.join(', ')} was not counted for this rollout.`)
  const floorMs = counted[0]?.floorMs ?? gate.floorMs
  if (known.length > 0 && floorMs !== gate.floorMs)
    notes.push(`latency: slower than what was frozen at the time, with a floor of ${floorMs} ms; another floor cannot be judged again.`)
  return known.length > 0 ? [{ ...gate, quantiles: known, floorMs }] : []
}

function sameMeasure(a: Gate, b: Gate): boolean {
  if (a.metric === 'business' && b.metric === 'business') return a.name === b.name && a.threshold === b.threshold && a.bad === b.bad
  return a.metric === 'quality' && b.metric === 'quality' && a.kind === b.kind && a.threshold === b.threshold
}

function indexes(wanted: readonly string[], had: readonly string[]): number[] {
  return wanted.map((name) => had.indexOf(name))
}

/** The frame with its latencies and outcomes in the new plan's order. */
function reframe(frame: Frame, plan: PlanDocument, next: PlanDocument): Frame {
  const latency = quantilesOf(next.gates).flatMap(({ quantile }) => frame.latency.find((one) => one.quantile === quantile) ?? [])
  if (!frame.measures) return { ...frame, latency }
  const had = measuresOf(plan.gates)
  const measures = measuresOf(next.gates).map((gate) => frame.measures?.[had.findIndex((own) => sameMeasure(own, gate))] ?? null)
  return { ...frame, latency, measures }
}
