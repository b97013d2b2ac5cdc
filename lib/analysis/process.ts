import { LOG_PSI } from './grid'
import { addHyper } from './hyper'
import { requireCount, requireHits, requirePositive } from './input'
import { addTilt } from './tilt'

/** Counts of one window (a closed slot of one cluster): candidate and stable, bad of all. */
export interface EvidenceWindow {
  readonly xC: number
  readonly nC: number
  readonly xS: number
  readonly nS: number
}

/** One block of windows that leave-one-block-out removes together: `increments` is what it added to L. */
export interface EvidenceBlock {
  readonly number: number
  /** How many restarts came before it. */
  readonly segment: number
  xC: number
  readonly increments: Float64Array
}

/** State of one metric's e-process. Mutated by `addWindow`, `addTrials` and `restart`; read by evidence.ts, band.ts, jackknife.ts, restarts.ts. */
export interface EvidenceProcess {
  readonly psiNulls: readonly number[]
  /** Dispersion that divides what is added from now on. */
  phi: number
  readonly exact: boolean
  readonly maxBlocks: number
  /** log psi of each entry of L: the grid, then the nulls. */
  readonly logPsi: Float64Array
  readonly expm1Psi: Float64Array
  /** L_j = (1/phi) sum over windows of the log likelihood ratio at psi_j (analysis of a mixture likelihood-ratio e-process). */
  readonly L: Float64Array
  /** L at each restart. */
  readonly snapshots: Float64Array[]
  readonly blocks: EvidenceBlock[]
  /** Sums of all windows, for estimates and sentences; `addTrials` counts as candidate only. */
  readonly totals: { xC: number; nC: number; xS: number; nS: number }
}

/** Blocks kept for leave-one-block-out, seconds of each, restarts at most. */
export const MAX_BLOCKS = 256
export const BLOCK_SECONDS = 10
export const MAX_RESTARTS = 8
/** Beyond this many possible outcomes a window uses the tilt, which is valid and a little conservative. */
const EXACT_OUTCOMES = 4096

/**
 * An empty e-process. `psiNulls`: every ratio that will be asked of it and is not a grid point (tolerance, all stage limits, ...).
 * `phi` >= 1 divides the evidence (dispersion.ts). `exact`: Fisher's noncentral hypergeometric instead of the tilt, psi then is an odds ratio.
 * `maxBlocks` 0 keeps no blocks: enough where only the "safe" side is asked.
 */
export function createProcess(options: {
  psiNulls: readonly number[]
  phi?: number
  exact?: boolean
  maxBlocks?: number
}): EvidenceProcess {
  const { psiNulls, phi = 1, exact = false, maxBlocks = MAX_BLOCKS } = options
  for (const psi of psiNulls) requirePositive(psi, 'psi')
  requireDispersion(phi)
  const logPsi = Float64Array.from([...LOG_PSI, ...psiNulls.map((psi) => Math.log(psi))])
  const L = new Float64Array(logPsi.length)
  const totals = { xC: 0, nC: 0, xS: 0, nS: 0 }
  return { psiNulls: [...psiNulls], phi, exact, maxBlocks, logPsi, expm1Psi: logPsi.map(Math.expm1), L, snapshots: [], blocks: [], totals }
}

/**
 * Adds one window, conditioned on its totals: K = xC + xS, x = xC, null share w = nC / (nC + nS); an arm without requests or K = 0 adds
 * exactly 0 and no block. Mutates and returns the process. `block`: number of its 10 s block; neighbouring calls with the same number are removed together
 * (default: a block of its own). Several clusters: one call each, same block. RangeError for counts that are not counts.
 */
export function addWindow(process: EvidenceProcess, window: EvidenceWindow, block?: number): EvidenceProcess {
  const { xC, nC, xS, nS } = window
  requireHits(xC, nC, 'xC', 'nC')
  requireHits(xS, nS, 'xS', 'nS')
  const K = requireCount(xC + xS, 'xC + xS')
  const { totals } = process
  totals.xC += xC
  totals.nC += nC
  totals.xS += xS
  totals.nS += nS
  if (nC === 0 || nS === 0 || K === 0) return process
  const row = new Float64Array(process.L.length)
  if (process.exact && Math.min(nC, K) <= EXACT_OUTCOMES) addHyper(row, xC, K, nC, nS, process.logPsi)
  else addTilt(row, xC, K, nC / (nC + nS), process)
  return addRow(process, row, xC, block)
}

/** Adds one sample against a known share: x hits of K trials, null share w (objectives, sample ratio, pairs with w = 1/2). Adds 0 when w is not inside (0, 1). */
export function addTrials(process: EvidenceProcess, trials: { x: number; K: number; w: number }, block?: number): EvidenceProcess {
  const { x, K, w } = trials
  requireHits(x, K, 'x', 'K')
  if (Number.isNaN(w)) throw new RangeError('w must be a number, not NaN.')
  process.totals.xC += x
  process.totals.nC += K
  if (K === 0 || w <= 0 || w >= 1) return process
  const row = new Float64Array(process.L.length)
  addTilt(row, x, K, w, process)
  return addRow(process, row, x, block)
}

/**
 * Starts one more process beside the running ones (stage change, new frame). `phi`: the dispersion as newly frozen, for what comes after.
 * Mutates and returns the process. RangeError beyond 8.
 */
export function restart(process: EvidenceProcess, phi = process.phi): EvidenceProcess {
  if (process.snapshots.length >= MAX_RESTARTS) throw new RangeError(`At most ${MAX_RESTARTS} restarts: this would be one more.`)
  process.phi = requireDispersion(phi)
  process.snapshots.push(process.L.slice())
  return process
}

function requireDispersion(phi: number): number {
  if (requirePositive(phi, 'phi') < 1) throw new RangeError(`phi must be at least 1, not ${phi}: evidence is never inflated.`)
  return phi
}

function addRow(process: EvidenceProcess, row: Float64Array, xC: number, number?: number): EvidenceProcess {
  const { L, phi, blocks, snapshots, maxBlocks } = process
  for (let j = 0; j < row.length; j += 1) {
    row[j] /= phi
    L[j] += row[j]
  }
  if (maxBlocks === 0) return process
  const last = blocks.at(-1)
  if (last && last.segment === snapshots.length && last.number === number) {
    last.xC += xC
    for (let j = 0; j < row.length; j += 1) last.increments[j] += row[j]
    return process
  }
  blocks.push({ number: number ?? (last?.number ?? -1) + 1, segment: snapshots.length, xC, increments: row })
  if (blocks.length > maxBlocks) joinSmallest(blocks)
  return process
}

/** Joins the two neighbours of one segment with the fewest hits: a larger block is removed at once later, which can only hold a verdict back. */
function joinSmallest(blocks: EvidenceBlock[]): void {
  let best = -1
  for (let i = 1; i < blocks.length - 1; i += 1) {
    if (blocks[i].segment !== blocks[i - 1].segment) continue
    if (best < 0 || blocks[i].xC + blocks[i - 1].xC < blocks[best].xC + blocks[best - 1].xC) best = i
  }
  if (best < 0) return
  const [joined] = blocks.splice(best, 1)
  const into = blocks[best - 1]
  into.xC += joined.xC
  for (let j = 0; j < into.increments.length; j += 1) into.increments[j] += joined.increments[j]
}
