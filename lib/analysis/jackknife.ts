import { logEvidence, logsSince } from './evidence'
import { addWindow, createProcess, type EvidenceProcess, type EvidenceWindow } from './process'

/**
 * Leave-one-block-out: the smallest `evidenceGt(psi0)` over all data and over every set with one block of xC > 0 removed. No single burst can
 * fire it, and since it never exceeds the full evidence it stays valid. Cost: one evidence per block, so ask only when the full
 * evidence has reached its bar. `since` as in evidence.ts. RangeError if the process keeps no blocks.
 */
export function jackknifedGt(process: EvidenceProcess, psi0: number, since = 0): number {
  if (process.maxBlocks === 0) throw new RangeError('Leave-one-block-out needs blocks: this process keeps none (maxBlocks 0).')
  const L = logsSince(process, since)
  let least = logEvidence(L, process, psi0, 'gt')
  const without = new Float64Array(L.length)
  for (const block of process.blocks) {
    if (block.segment < since || block.xC === 0) continue
    for (let j = 0; j < L.length; j += 1) without[j] = L[j] - block.increments[j]
    least = Math.min(least, logEvidence(without, process, psi0, 'gt'))
  }
  return least
}

/** `jackknifedGt` straight from a list of 10 s blocks. */
export function jackknife(blocks: readonly EvidenceWindow[], psi0: number, options: { exact?: boolean; phi?: number } = {}): number {
  return jackknifedGt(processOf(blocks, [psi0], options), psi0)
}

/** A process over a list of blocks, each kept on its own however many. */
export function processOf(
  blocks: readonly EvidenceWindow[],
  psiNulls: readonly number[],
  options: { exact?: boolean; phi?: number } = {},
): EvidenceProcess {
  const process = createProcess({ ...options, psiNulls, maxBlocks: Number.POSITIVE_INFINITY })
  for (const block of blocks) addWindow(process, block)
  return process
}
