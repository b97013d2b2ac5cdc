import { requireBins, total } from './divergence'
import { evidenceGt, evidenceLt } from './evidence'
import { requirePositive } from './input'
import { mix } from './mix'
import { addWindow, createProcess, type EvidenceProcess } from './process'

/** Candidate's inputs against stable's, bin by bin: one exact process per bin against the rest. */
export interface DriftProcess {
  readonly ratio: number
  readonly bins: readonly EvidenceProcess[]
}

/**
 * `bins` quantile bins frozen before the start; a bin's odds may differ by `ratio` either way (default 1.1). `exact` false: the tilt, whose ratio is that of
 * shares: valid, a little slower to find a bin of a tenth, and a hundred times cheaper, which many features over many slots need.
 */
export function createDrift(bins: number, ratio = 1.1, phi = 1, exact = true): DriftProcess {
  if (!Number.isInteger(bins) || bins < 1) throw new RangeError(`A drift needs at least one bin, not ${bins}.`)
  const psiNulls = [requirePositive(ratio, 'ratio'), 1 / ratio]
  return { ratio, bins: Array.from({ length: bins }, () => createProcess({ psiNulls, phi, exact, maxBlocks: 0 })) }
}

/** Adds one window of bin counts. Mutates and returns the process. RangeError for another number of bins. */
export function addDriftWindow(drift: DriftProcess, canary: readonly number[], stable: readonly number[]): DriftProcess {
  requireBins(canary, stable)
  if (canary.length !== drift.bins.length) throw new RangeError(`This drift has ${drift.bins.length} bins, the window ${canary.length}.`)
  const [nC, nS] = [total(canary), total(stable)]
  drift.bins.forEach((process, b) => {
    addWindow(process, { xC: canary[b], nC, xS: stable[b], nS })
  })
  return drift
}

/**
 * log e-value that the two arms get different inputs: equal-weight mix over bins of the evidence above `ratio` and below 1/ratio.
 * Routing is random, so a hit means biased routing: a verdict to hold, not to return.
 */
export function driftEvidence(drift: DriftProcess): number {
  const logEs = drift.bins.flatMap((process) => [evidenceGt(process, drift.ratio), evidenceLt(process, 1 / drift.ratio)])
  return mix(
    logEs,
    logEs.map(() => 1 / logEs.length),
  )
}

/** `driftEvidence` of a list of windows [canary bins, stable bins]; 0 for none. */
export function driftLogE(windows: readonly (readonly [readonly number[], readonly number[]])[], ratio: number): number {
  if (windows.length === 0) return 0
  const drift = createDrift(windows[0][0].length, ratio)
  for (const [canary, stable] of windows) addDriftWindow(drift, canary, stable)
  return driftEvidence(drift)
}
