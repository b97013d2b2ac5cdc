import { type Band, band } from './band'
import { evidenceGt, evidenceLt } from './evidence'
import { addWindow, createProcess, type EvidenceWindow } from './process'

/**
 * Candidate against stable over windows, each conditioned on its totals so that a moving baseline cancels: evidence for psi > psiRollback,
 * evidence for psi < psiLimit, and both edges at alpha each. Source: Lindon, Sanden & Shirikian (arXiv 2205.14762), composite null by mixture.
 */
export function twoSample(
  windows: readonly EvidenceWindow[],
  options: { exact: boolean; phi: number; psiRollback: number; psiLimit: number; alpha: number },
): Band & { logERollback: number; logESafe: number } {
  const { exact, phi, psiRollback, psiLimit, alpha } = options
  const process = createProcess({ psiNulls: [psiRollback, psiLimit], phi, exact, maxBlocks: 0 })
  for (const window of windows) addWindow(process, window)
  return { logERollback: evidenceGt(process, psiRollback), logESafe: evidenceLt(process, psiLimit), ...band(process, alpha) }
}
