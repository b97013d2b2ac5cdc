import { oddsRatioOfDrop } from '@/lib/analysis/classification'
import { cappedStageLimit } from '@/lib/analysis/policy'
import { FULL } from '@/lib/endpoints/wish'
import type { Frame } from './frame'
import type { Lane } from './lane'
import type { Gate } from './schema'
import type { Place } from './state'
import { type Stepped, stepsAt } from './steps'

/** Part of a metric in the averaged evidence, before renormalising over the plan's gates. */
const WEIGHTS: Record<Gate['metric'], number> = {
  errors: 0.35,
  latency: 0.35,
  accuracy: 0.15,
  quality: 0.15,
  business: 0.15,
  // It speaks of routing, not of the candidate: it takes no part in a return.
  drift: 0,
  objective: 0.35,
  'accuracy-floor': 0.15,
}
/** Latency has no limit of its own in the plan: at the steps before the last its tolerated counters may reach what 2x would leave. */
const LATENCY_LIMIT = 2

export function gateWeights(gates: readonly Gate[]): number[] {
  const sum = gates.reduce((total, gate) => total + WEIGHTS[gate.metric], 0)
  return gates.map((gate) => WEIGHTS[gate.metric] / sum)
}

/** Candidate's weight at a place, basis points. */
export function weightAt(plan: Stepped, place: Place): number {
  return place.step === null ? 0 : stepsAt(plan, place.wave)[place.step]
}

/** Share (0..1) that the candidate has after the next step within the wave's cluster that sends it traffic: the preview of a blue/green does not. */
export function nextShare(plan: Stepped, place: Place): number {
  const steps = stepsAt(plan, place.wave)
  const first = place.step === null ? 0 : Math.min(place.step + 1, steps.length - 1)
  return (steps.slice(first).find((weight) => weight > 0) ?? FULL) / FULL
}

/** Ratio that is tolerated: proven above it is a fail. `accuracy`: the frozen share right. */
export function toleratedRatio(lane: Lane, accuracy: number): number {
  const { gate } = lane
  if (gate.metric === 'errors' || gate.metric === 'quality' || gate.metric === 'business') return gate.tolerance
  return gate.metric === 'accuracy' ? oddsRatioOfDrop(accuracy, gate.tolerancePoints) : 1
}

/** Ratio below which the candidate must be proven before a step that leads to `next` (share). At 1 it is the plan's own limit. */
export function limitRatio(lane: Lane, next: number, accuracy: number): number {
  const { gate } = lane
  if (gate.metric === 'errors' || gate.metric === 'quality' || gate.metric === 'business') return cappedStageLimit(gate.limit, next)
  if (gate.metric === 'latency') return next < 1 ? cappedStageLimit(LATENCY_LIMIT, next) : 1
  return gate.metric === 'accuracy' ? oddsRatioOfDrop(accuracy, gate.limitPoints / next) : 1
}

/** Absolute share of bad requests that proves the step to `next` harmless, whatever the ratio: a ratio of nothing says nothing. Never above one half. */
export function ceilingShare(gate: Gate & { metric: 'errors' }, errorRate: number, next: number): number {
  return Math.min(0.5, Math.max(errorRate, gate.floor, SMALLEST) * cappedStageLimit(gate.ceiling, next))
}

const SMALLEST = 1e-4

/** One arm is empty: what the frozen reference expects, as trials against share `w`; a fail is proven beyond `psi`, the plan's limit (not the tolerance: time has passed). */
export function expectedBefore(lane: Lane, frame: Frame): { w: number; psi: number } | null {
  const { gate } = lane
  if (gate.metric === 'errors') return { w: Math.max(frame.errorRate, gate.floor, SMALLEST), psi: gate.limit }
  if (gate.metric === 'latency') {
    const frozen = frame.latency[lane.index ?? 0]
    return frozen ? { w: Math.max(frozen.slowShare, (1 - frozen.quantile) / 10), psi: 1 } : null
  }
  if (gate.metric === 'quality' || gate.metric === 'business') {
    const frozen = frame.measures?.[lane.measure - 1]
    return frozen ? { w: Math.min(0.5, Math.max(frozen.share, SMALLEST)), psi: gate.limit } : null
  }
  if (gate.metric !== 'accuracy' || !frame.accuracy) return null
  return { w: Math.max(1 - frame.accuracy.share, SMALLEST), psi: oddsRatioOfDrop(frame.accuracy.share, gate.limitPoints) }
}

/** The fixed share of an absolute lane. */
export function fixedShare(lane: Lane): number {
  if (lane.gate.metric === 'objective') return lane.gate.max
  return lane.gate.metric === 'accuracy-floor' ? 1 - lane.gate.min : 0
}
