import { band } from '@/lib/analysis/band'
import { evidenceGt, evidenceLt } from '@/lib/analysis/evidence'
import { LOG_PSI, POINTS } from '@/lib/analysis/grid'
import { jackknifedGt } from '@/lib/analysis/jackknife'
import { mix } from '@/lib/analysis/mix'
import type { EvidenceProcess } from '@/lib/analysis/process'
import { mixedGt, mixedJackknifedGt, restartWeight } from '@/lib/analysis/restarts'
import { LABEL_SLACK, type LaneState, limitAt, SHARE_SLACK, type StepState } from './bench'
import type { Frame } from './frame'
import { expectedBefore, fixedShare, limitRatio, nextShare, toleratedRatio } from './gate'
import type { PlanDocument } from './schema'
import type { Place } from './state'
import type { Comparison, StepComparison } from './verdict'

/** Log evidence that a lane is beyond what is tolerated; 0 (nothing known) where it does not run. */
export function worseEvidence(state: LaneState, alone: boolean, without: boolean): number {
  const of = (process: EvidenceProcess | null) => {
    if (!process) return 0
    return without ? mixedJackknifedGt(process, process.psiNulls[0]) : mixedGt(process, process.psiNulls[0])
  }
  if (alone) {
    const { lately } = state
    if (!lately) return 0
    const [psi] = lately.process.psiNulls
    const late = without ? jackknifedGt(lately.process, psi) : evidenceGt(lately.process, psi)
    return mix([of(state.before), late], [1, restartWeight(lately.k)])
  }
  // A multiple of nothing is harmless: both must be shown, the ratio and the absolute floor.
  return state.floor ? Math.min(of(state.worse), of(state.floor)) : of(state.worse)
}

/** Log evidence that this step's slots are within its limit. Never above 0 when what came after the last restart speaks against it: early good data must not outvote a late change. */
export function safeEvidence(step: StepState): number {
  if (!step.safe) return 0
  const restarts = step.safe.snapshots.length
  const since = (k: number) => {
    const ratio = step.safe ? evidenceLt(step.safe, step.safe.psiNulls[0], k) : 0
    if (!step.ceiling) return ratio
    return mix([ratio, evidenceLt(step.ceiling, 1, Math.min(k, step.ceiling.snapshots.length))], [0.5, 0.5])
  }
  const all = since(0)
  return restarts > 0 && since(restarts) < 0 ? Math.min(all, 0) : all
}

/** Is the absolute ceiling what proves it, not the ratio? */
export function byCeiling(step: StepState): boolean {
  if (!step.safe || !step.ceiling) return false
  return evidenceLt(step.ceiling, 1) > evidenceLt(step.safe, step.safe.psiNulls[0])
}

const SHARE_BAR = Math.log(1_000)

/** The candidate got another part than configured: routing is biased, so nothing that compares arms may be judged. */
export function shareOff(process: EvidenceProcess, kind: 'requests' | 'labels'): boolean {
  const slack = kind === 'requests' ? SHARE_SLACK : LABEL_SLACK
  return evidenceGt(process, slack) >= SHARE_BAR || evidenceLt(process, 1 / slack) >= SHARE_BAR
}

/** The numbers of one lane. `alone`: against the frozen reference. */
export function compare(
  state: LaneState,
  step: StepState,
  context: { plan: PlanDocument; place: Place; frame: Frame; accuracy: number | null; alone: boolean },
): Comparison {
  const { plan, place, frame, accuracy, alone } = context
  const { lane } = state
  const process = alone && !lane.absolute ? state.before : state.worse
  const totals = process?.totals ?? { xC: 0, nC: 0, xS: 0, nS: 0 }
  const edges = process ? band(process, plan.alpha) : { lower: 0, upper: Number.POSITIVE_INFINITY }
  const frozen = lane.index === null ? null : (frame.latency[lane.index] ?? null)
  const expected = expectedBefore(lane, frame)
  const before = alone && expected ? { nS: frame.requests, xS: Math.round(expected.w * frame.requests) } : null
  const known = alone && expected && !lane.absolute
  return {
    ...(lane.segment ? { of: lane.segment.name } : {}),
    quantile: frozen?.quantile ?? null,
    tauMs: frozen?.tauMs ?? null,
    toleratedMs: frozen ? (alone ? frozen.limitMs : frozen.candidateMs) : null,
    limitMs: frozen?.limitMs ?? null,
    xC: totals.xC,
    nC: totals.nC,
    xS: before?.xS ?? (lane.absolute ? Math.round(fixedShare(lane) * totals.nC) : totals.xS),
    nS: before?.nS ?? (lane.absolute ? totals.nC : totals.nS),
    ratio: process ? likeliest(process) : null,
    lower: edges.lower > 0 ? edges.lower : null,
    upper: finite(edges.upper),
    step:
      step.safe && !alone
        ? stepComparison(step.safe, plan.alphaSafe, frozen && (nextShare(plan, place) < 1 ? frozen.candidateMs : frozen.limitMs))
        : null,
    tolerated: known ? expected.psi : toleratedRatio(lane, accuracy ?? 1),
    limit: known ? expected.psi : limitAt(plan, lane, place, accuracy),
    finalLimit: known ? expected.psi : limitRatio(lane, 1, accuracy ?? 1),
    odds: lane.exact || alone || lane.absolute,
  }
}

function stepComparison(process: EvidenceProcess, alpha: number, ms: number | null): StepComparison {
  const { lower, upper } = band(process, alpha)
  return { ...process.totals, lower: lower > 0 ? lower : null, upper: finite(upper), ms }
}

/** null for an edge that is still open. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** The ratio under which the windows, each conditioned on its totals, are most likely; null while nothing speaks for any. */
export function likeliest(process: EvidenceProcess): number | null {
  const { L, totals } = process
  if (totals.xC === 0) return totals.xS > 0 ? 0 : null
  let best = -1
  for (let j = 0; j < POINTS; j += 1) if (best < 0 || L[j] > L[best]) best = j
  if (L[best] === 0) return null
  if (best === 0 || best === POINTS - 1) return Math.exp(LOG_PSI[best])
  // A parabola through the three points around the top.
  const [a, b, c] = [L[best - 1], L[best], L[best + 1]]
  const bend = a - 2 * b + c
  const shift = bend === 0 ? 0 : (0.5 * (a - c)) / bend
  return Math.exp(LOG_PSI[best] + shift * (LOG_PSI[1] - LOG_PSI[0]))
}
