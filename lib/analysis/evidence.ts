import { LOG_PRIOR, LOG_PSI, lse, POINTS, SAME_LOG } from './grid'
import { requirePositive } from './input'
import type { EvidenceProcess } from './process'

export type Side = 'gt' | 'lt'

/** log of the prior's weight from grid index i up, and below index i. */
export const PRIOR_FROM = Float64Array.from({ length: POINTS + 1 }, (_, i) => lse(LOG_PRIOR, i))
export const PRIOR_BELOW = Float64Array.from({ length: POINTS + 1 }, (_, i) => lse(LOG_PRIOR, 0, i))

/**
 * log e-value against H0: psi <= psi0 ("the candidate is not worse than psi0 times stable"): lse over grid points psi_j > psi0 of
 * (log prior renormalised + L_j) - L(psi0); 0 if no grid point lies above. `since` 0: all data; k: only since the k-th restart.
 * RangeError if psi0 is neither a grid point nor one of `psiNulls`.
 */
export function evidenceGt(process: EvidenceProcess, psi0: number, since = 0): number {
  return logEvidence(logsSince(process, since), process, psi0, 'gt')
}

/** log e-value against H0: psi >= psi0 ("the candidate is at least psi0 times as bad"): the mirror of `evidenceGt`; large means proven below psi0. */
export function evidenceLt(process: EvidenceProcess, psi0: number, since = 0): number {
  return logEvidence(logsSince(process, since), process, psi0, 'lt')
}

/** L of all data, or of the data since the k-th restart (a copy then). */
export function logsSince(process: EvidenceProcess, since: number): Float64Array {
  if (since === 0) return process.L
  const snapshot = process.snapshots[since - 1]
  if (!snapshot) throw new RangeError(`There is no restart ${since}: the process has ${process.snapshots.length}.`)
  return process.L.map((value, j) => value - snapshot[j])
}

/** The primitive on any L of the process's shape (for example one with a block taken out). */
export function logEvidence(L: Float64Array, process: EvidenceProcess, psi0: number, side: Side): number {
  const atNull = L[nullIndex(process, psi0)]
  const log0 = Math.log(psi0)
  if (side === 'gt') {
    let from = 0
    while (from < POINTS && LOG_PSI[from] <= log0 + SAME_LOG) from += 1
    return from === POINTS ? 0 : weighted(L, from, POINTS) - PRIOR_FROM[from] - atNull
  }
  let to = POINTS
  while (to > 0 && LOG_PSI[to - 1] >= log0 - SAME_LOG) to -= 1
  return to === 0 ? 0 : weighted(L, 0, to) - PRIOR_BELOW[to] - atNull
}

function weighted(L: Float64Array, from: number, to: number): number {
  let max = Number.NEGATIVE_INFINITY
  for (let j = from; j < to; j += 1) max = Math.max(max, LOG_PRIOR[j] + L[j])
  let sum = 0
  for (let j = from; j < to; j += 1) sum += Math.exp(LOG_PRIOR[j] + L[j] - max)
  return max + Math.log(sum)
}

function nullIndex(process: EvidenceProcess, psi0: number): number {
  const log0 = Math.log(requirePositive(psi0, 'psi0'))
  const own = process.psiNulls.indexOf(psi0)
  if (own >= 0) return POINTS + own
  const near = process.logPsi.findIndex((value) => Math.abs(value - log0) <= SAME_LOG)
  if (near < 0)
    throw new RangeError(`psi0 = ${psi0} is not followed by this process: name it in psiNulls (${process.psiNulls.join(', ')}).`)
  return near
}
