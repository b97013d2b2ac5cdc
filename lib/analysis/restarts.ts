import { evidenceGt } from './evidence'
import { requireCount } from './input'
import { jackknifedGt, processOf } from './jackknife'
import { mix } from './mix'
import type { EvidenceProcess, EvidenceWindow } from './process'

/** Weight of the process since the start (k = 0): 1/2; of restart k = 1, 2, ...: 1/(2k(k+1)). All together: 1. Source: e-detectors of Shin, Ramdas & Rinaldo. */
export function restartWeight(k: number): number {
  return requireCount(k, 'k') === 0 ? 1 / 2 : 1 / (2 * k * (k + 1))
}

/** The rollback evidence of a process: `evidenceGt` since its start and since each restart, mixed with their weights. Finds late regressions quickly. */
export function mixedGt(process: EvidenceProcess, psi0: number): number {
  return overStarts(process, (since) => evidenceGt(process, psi0, since))
}

/** The same with each process leaving its worst block out: the second condition of a rollback. Ask only when `mixedGt` (or the total) has reached its bar. */
export function mixedJackknifedGt(process: EvidenceProcess, psi0: number): number {
  return overStarts(process, (since) => jackknifedGt(process, psi0, since))
}

/** The same from a list of blocks and the indices at which processes were started. `noRestart` is the jackknifed evidence of all blocks alone. */
export function restarts(
  blocks: readonly EvidenceWindow[],
  starts: readonly number[],
  psi0: number,
  options: { exact?: boolean; phi?: number } = {},
): { noRestart: number; mixed: number; mixedPlain: number; weights: number[] } {
  const processes = [0, ...starts].map((start) => processOf(blocks.slice(requireCount(start, 'start')), [psi0], options))
  const weights = processes.map((_, k) => restartWeight(k))
  const jackknifed = processes.map((process) => jackknifedGt(process, psi0))
  const plain = processes.map((process) => evidenceGt(process, psi0))
  return { noRestart: jackknifed[0], mixed: mix(jackknifed, weights), mixedPlain: mix(plain, weights), weights }
}

function overStarts(process: EvidenceProcess, evidence: (since: number) => number): number {
  const starts = Array.from({ length: process.snapshots.length + 1 }, (_, k) => k)
  return mix(starts.map(evidence), starts.map(restartWeight))
}
