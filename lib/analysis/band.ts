import { logsSince, PRIOR_BELOW, PRIOR_FROM } from './evidence'
import { LOG_PRIOR, LOG_PSI, logAdd, POINTS } from './grid'
import { requireOpenUnit } from './input'
import type { EvidenceProcess } from './process'

/** Range of ratios not yet excluded; upper may be infinity, lower 0. */
export interface Band {
  readonly lower: number
  readonly upper: number
}

/**
 * Confidence sequence of psi: each edge holds at all times at once with probability 1 - alpha. Lower: go up the grid with
 * g_i = evidenceGt(psi_i) - log(1/alpha) until g_i < 0, interpolate linearly in log psi; 0 if it stops at once. Upper mirrored, infinity
 * if it stops at once. Hence "the band lies above the line" and "the test fired" are one and the same. One pass over the grid per edge.
 */
export function band(process: EvidenceProcess, alpha: number, since = 0): Band {
  const needed = Math.log(1 / requireOpenUnit(alpha, 'alpha'))
  const L = logsSince(process, since)
  const above = new Float64Array(POINTS)
  const below = new Float64Array(POINTS)
  for (let i = POINTS - 2, sum = Number.NEGATIVE_INFINITY; i >= 0; i -= 1) {
    sum = logAdd(sum, LOG_PRIOR[i + 1] + L[i + 1])
    above[i] = sum - PRIOR_FROM[i + 1] - L[i]
  }
  for (let i = 1, sum = Number.NEGATIVE_INFINITY; i < POINTS; i += 1) {
    sum = logAdd(sum, LOG_PRIOR[i - 1] + L[i - 1])
    below[i] = sum - PRIOR_BELOW[i] - L[i]
  }
  return { lower: edge(above, needed, 0, 1) ?? 0, upper: edge(below, needed, POINTS - 1, -1) ?? Number.POSITIVE_INFINITY }
}

/** Walks from `start` until the evidence falls short of `needed`; the evidence at the far end is 0, so it always stops. */
function edge(evidence: Float64Array, needed: number, start: number, step: 1 | -1): number | undefined {
  let i = start
  while (evidence[i] >= needed) i += step
  if (i === start) return undefined
  const last = evidence[i - step] - needed
  const next = evidence[i] - needed
  return Math.exp(LOG_PSI[i - step] + (LOG_PSI[i] - LOG_PSI[i - step]) * (last / (last - next)))
}
