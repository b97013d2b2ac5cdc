import { mixedGt } from '@/lib/analysis/restarts'
import type { Bench, JudgePoint } from './judge'
import type { Compared, Decision, GateVerdict, Metric } from './verdict'

/** What is decided from. */
export interface Deciding {
  readonly point: JudgePoint
  /** The candidate has all traffic: nothing to compare with side by side. */
  readonly alone: boolean
  readonly missing: 'no-reference' | 'no-traffic' | 'incomplete' | null
  readonly offs: { readonly requests: boolean; readonly labels: boolean }
  /** Enough evidence to return, and which gate is blamed. */
  readonly failed: { readonly blamed: Metric | null; readonly compared: Compared } | null
  readonly gates: readonly GateVerdict[]
  readonly dwellSeconds: number
  readonly requests: number
  /** Candidate's basis points at this place. */
  readonly weight: number
}

/** Only this acts. A return comes first: whatever else is missing, going back is the careful side. */
export function decisionOf(bench: Bench, on: Deciding): Decision {
  const { point, alone, missing, offs, failed, gates } = on
  const { pace } = bench.plan
  if (failed?.blamed) {
    if (stableBad(bench)) return { action: 'hold', reasons: ['stable-bad'] }
    return { action: 'return', blamed: failed.blamed, compared: failed.compared }
  }
  if (point.acknowledgedAt === null) return { action: 'wait', waitingFor: 'acknowledgement' }
  if (on.weight === 0) return { action: 'wait', waitingFor: 'person' }
  const reasons: ('no-data' | 'invalid')[] = []
  if (missing) reasons.push('no-data')
  const labelled = gates.some((gate) => gate.verdict === 'invalid' && gate.gating)
  if (!alone && (offs.requests || labelled)) reasons.push('invalid')
  if (reasons.length > 0) return { action: 'hold', reasons }
  if (on.requests < Math.max(1, pace.minRequests)) return { action: 'wait', waitingFor: 'requests' }
  if (on.dwellSeconds < pace.minDwell) return { action: 'wait', waitingFor: 'dwell' }
  const gating = gates.filter((gate) => gate.gating)
  if (gating.length === 0) return { action: 'advance', why: 'no-gates' }
  // With one arm empty there is nothing to prove side by side: the time without a fail decides.
  if (alone) return { action: 'advance', why: 'dwelt' }
  const open = gating.filter((gate) => gate.verdict !== 'pass')
  if (open.length === 0) return { action: 'advance', why: 'proven' }
  return { action: 'wait', waitingFor: open.every((gate) => gate.metric === 'accuracy') ? 'labels' : 'evidence' }
}

/** Stable fails its own objective: to return would swap one fault for another. */
export function stableBad(bench: Bench): boolean {
  const bar = Math.log(1 / bench.plan.alpha)
  return bench.lanes.some(({ lane, stable }) => !lane.gate.dryRun && stable !== null && mixedGt(stable, 1) >= bar)
}
