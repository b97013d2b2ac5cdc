import { addDriftWindow, createDrift, type DriftProcess, driftEvidence } from '@/lib/analysis/drift'
import { evidenceGt, evidenceLt } from '@/lib/analysis/evidence'
import { ksPsi } from '@/lib/analysis/kolmogorov'
import { mix } from '@/lib/analysis/mix'
import { addTrials, createProcess, type EvidenceProcess } from '@/lib/analysis/process'
import { FULL } from '@/lib/endpoints/wish'
import { binsOf, driftAt, segmentsOf, trafficBlock } from './lane'
import type { PlanDocument } from './schema'

/** One feature's bins, candidate against stable, at the present position. */
interface FeatureState {
  drift: DriftProcess
  readonly candidate: number[]
  readonly stable: number[]
}

/** Whether both arms get the same kind of requests: features by bins, segments by their share. */
export interface MixState {
  readonly features: readonly FeatureState[]
  readonly segments: readonly EvidenceProcess[]
}

/** A segment's odds between the arms may be off by this before its mix is called off. */
const MIX_SLACK = 1.25
/** Evidence of 1,000:1, as for shares: chance must not stop a rollout. */
export const MIX_BAR = Math.log(1_000)

export function openMix(plan: PlanDocument): MixState {
  const gate = plan.gates.find((each) => each.metric === 'drift')
  const ratio = gate?.metric === 'drift' ? gate.ratio : undefined
  return {
    features: binsOf(plan).map((size) => ({
      drift: createDrift(size, ratio, 1, false),
      candidate: new Array<number>(size).fill(0),
      stable: new Array<number>(size).fill(0),
    })),
    segments: segmentsOf(plan).map(() => createProcess({ psiNulls: [MIX_SLACK, 1 / MIX_SLACK], maxBlocks: 0 })),
  }
}

/** One acknowledged row of the present position. `weight` in basis points; `phi` divides what is added where requests hang together by a key. */
export function foldMix(state: MixState, plan: PlanDocument, counts: readonly number[], on: { weight: number; phi: number }): void {
  if (on.weight === 0 || on.weight === FULL) return
  let at = driftAt(plan)
  for (const feature of state.features) {
    const size = feature.candidate.length
    const [candidate, stable] = [counts.slice(at, at + size), counts.slice(at + size, at + 2 * size)]
    for (const process of feature.drift.bins) process.phi = Math.max(1, on.phi)
    addDriftWindow(feature.drift, candidate, stable)
    for (let bin = 0; bin < size; bin += 1) {
      feature.candidate[bin] += candidate[bin]
      feature.stable[bin] += stable[bin]
    }
    at += 2 * size
  }
  for (const process of state.segments) {
    const [nC, nS] = [counts[at], counts[at + 1]]
    process.phi = Math.max(1, on.phi)
    addTrials(process, { x: nC, K: nC + nS, w: on.weight / FULL })
    at += trafficBlock(plan.gates)
  }
}

/** Log evidence that the arms get different inputs: the average over features, which any dependence between them leaves valid. */
export function inputsDiffer({ features }: MixState): number {
  if (features.length === 0) return 0
  const found = features.map(({ drift }) => driftEvidence(drift))
  return mix(
    found,
    found.map(() => 1 / found.length),
  )
}

/** Index of the first segment whose share of requests is off, beyond what chance and slack explain; -1: none. */
export function segmentOff({ segments }: MixState): number {
  return segments.findIndex((process) => evidenceGt(process, MIX_SLACK) >= MIX_BAR || evidenceLt(process, 1 / MIX_SLACK) >= MIX_BAR)
}

/** The largest distance of cumulative shares that the inputs of the arms may still have, at all times at once; 1 while nothing is known. */
export function inputDistance({ features }: MixState, alpha: number): number {
  return Math.max(0, ...features.map(({ candidate, stable }) => ksPsi(candidate, stable, alpha / features.length).upper))
}
