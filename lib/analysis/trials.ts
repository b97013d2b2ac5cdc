import { type Band, band } from './band'
import { evidenceGt, evidenceLt } from './evidence'
import { addTrials, createProcess } from './process'

/**
 * One sample against a known share: x hits of K trials, null share w; psi multiplies the odds. `logEGt` against psi <= psiGt, `logELt` against
 * psi >= psiLt, both edges of the confidence sequence at alpha each. Objectives: w = p0; sample ratio: w = configured share; pairs: w = 1/2.
 */
export function trials(
  x: number,
  K: number,
  w: number,
  options: { psiGt?: number; psiLt?: number; alpha?: number } = {},
): Band & { logEGt: number; logELt: number } {
  const { psiGt = 1, psiLt = 1, alpha = 0.05 } = options
  const process = addTrials(createProcess({ psiNulls: [psiGt, psiLt], maxBlocks: 0 }), { x, K, w })
  return { logEGt: evidenceGt(process, psiGt), logELt: evidenceLt(process, psiLt), ...band(process, alpha) }
}

/** Only the evidence of `trials` at psi0 = 1 on one side. */
export function trialsLogE(x: number, K: number, w: number, side: 'gt' | 'lt'): number {
  const process = addTrials(createProcess({ psiNulls: [], maxBlocks: 0 }), { x, K, w })
  return side === 'gt' ? evidenceGt(process, 1) : evidenceLt(process, 1)
}
