import { addTrials, addWindow, BLOCK_SECONDS, createProcess, type EvidenceProcess, MAX_RESTARTS, restart } from '@/lib/analysis/process'
import { FULL } from '@/lib/endpoints/wish'
import type { EvidenceRow } from './evidence'
import type { Frame } from './frame'
import { ceilingShare, expectedBefore, fixedShare, limitRatio, nextShare, toleratedRatio } from './gate'
import { type Lane, measuresOf, windowOf, windowsOf } from './lane'
import { type MixState, openMix } from './mix'
import type { PlanDocument } from './schema'
import type { Place } from './state'

/** What a lane has gathered over the whole rollout. */
export interface LaneState {
  readonly lane: Lane
  /** Candidate against stable (or a fixed share) on every generation; null: the first frame that it needs is not there yet. */
  worse: EvidenceProcess | null
  /** Errors: is the candidate's own share above the floor? */
  floor: EvidenceProcess | null
  /** Candidate alone against the frozen reference. */
  before: EvidenceProcess | null
  /** The same since the last quarter of an hour began, so that hours of good data do not hide a change: the k-th has the weight of a k-th restart. */
  lately: { readonly process: EvidenceProcess; readonly since: number; readonly k: number } | null
  /** Objective: stable against the same share. */
  stable: EvidenceProcess | null
}

/** What a lane has gathered on acknowledged slots of the present position: what a step forward is judged on. */
export interface StepState {
  safe: EvidenceProcess | null
  ceiling: EvidenceProcess | null
  ceilingShare: number | null
}

export interface PositionState {
  readonly place: Place
  readonly steps: StepState[]
  /** Share of requests against the configured one, and of outcomes by kind (0: labels). */
  readonly shares: EvidenceProcess
  readonly labelShares: readonly EvidenceProcess[]
  /** Whether both arms get the same kind of requests. */
  readonly mix: MixState
  weight: number
  requests: number
  dwellSlots: number
  lastDwellSlot: number | null
}

/** Odds of the share may be off by a tenth (labels: a quarter) before it is called off: requests in flight differ between arms. */
export const SHARE_SLACK = 1.1
export const LABEL_SLACK = 1.25
/** The frozen accuracy is unknown: any value does, the lane does not run yet. */
const NO_ACCURACY = 1

export function openLane(lane: Lane): LaneState {
  return { lane, worse: null, floor: null, before: null, lately: null, stable: null }
}

/** What was gathered about a wave: its own, or what there is of all waves together. */
export function lanesAt({ waves }: { readonly waves: readonly LaneState[][] }, wave: number): readonly LaneState[] {
  return waves[Math.min(wave, waves.length - 1)]
}

/** Starts what the frame makes possible, or restarts beside what runs. `first`: the frame that froze the accuracy that tolerances are made from. */
export function frameLane(state: LaneState, frame: Frame, accuracy: number | null): void {
  const { lane } = state
  const phi = phiOf(lane, frame)
  if (!state.worse) {
    if (lane.gate.metric === 'accuracy' && accuracy === null) return
    state.worse = createProcess({ psiNulls: [toleratedRatio(lane, accuracy ?? NO_ACCURACY)], phi, exact: lane.exact })
    if (lane.gate.metric === 'errors' && lane.gate.floor > 0) state.floor = createProcess({ psiNulls: [1], phi })
    if (lane.gate.metric === 'objective') state.stable = createProcess({ psiNulls: [1], phi, maxBlocks: 0 })
    return
  }
  if (!frame.restart) return
  for (const process of [state.worse, state.floor, state.stable])
    if (process && process.snapshots.length < MAX_RESTARTS) restart(process, phi)
}

function phiOf(lane: Lane, frame: Frame): number {
  if (lane.source === 'labels') return (lane.measure === 0 ? frame.accuracy : frame.measures?.[lane.measure - 1])?.phi ?? 1
  return lane.index === null ? frame.errorPhi : (frame.latency[lane.index]?.phi ?? 1)
}

/** One row for the return side. `alone`: the candidate has all traffic there. */
export function foldWorse(state: LaneState, row: EvidenceRow, frame: Frame, alone: boolean): void {
  const { lane } = state
  // What one segment was before is not frozen: it is compared side by side only.
  if (alone && lane.segment) return
  const block = Math.floor(row.slot / (BLOCK_SECONDS * 1_000))
  const window = windowOf(lane, row.counts)
  if (lane.absolute) {
    const w = fixedShare(lane)
    if (state.worse) addTrials(state.worse, { x: window.xC, K: window.nC, w }, block)
    if (state.stable) addTrials(state.stable, { x: window.xS, K: window.nS, w }, block)
  } else if (alone) {
    foldBefore(state, row, frame, block)
  } else {
    if (state.worse) for (const part of windowsOf(lane, row.counts)) addWindow(state.worse, part, block)
    if (state.floor && lane.gate.metric === 'errors') addTrials(state.floor, { x: window.xC, K: window.nC, w: lane.gate.floor }, block)
  }
}

/** The candidate alone, counted at the limit thresholds: against the frozen reference only a break of the plan's limit is a fail. */
function foldBefore(state: LaneState, row: EvidenceRow, frame: Frame, block: number): void {
  const expected = expectedBefore(state.lane, frame)
  if (!expected) return
  const { psi, w } = expected
  const open = () => createProcess({ psiNulls: [psi], phi: phiOf(state.lane, frame) })
  const slot = row.slot
  // The null of accuracy moves with its reference: a new one is a new process, so that each is true to one null.
  if (!state.before || state.before.psiNulls[0] !== psi) {
    state.before = open()
    state.lately = null
  }
  if (!state.lately || slot - state.lately.since >= LATELY_MS)
    state.lately = { process: open(), since: slot, k: (state.lately?.k ?? 0) + 1 }
  const { xC, nC } = windowOf(state.lane, row.counts, true)
  addTrials(state.before, { x: xC, K: nC, w }, block)
  addTrials(state.lately.process, { x: xC, K: nC, w }, block)
}

const LATELY_MS = 900_000

export function openPosition(place: Place, lanes: readonly LaneState[], plan: PlanDocument): PositionState {
  const shares = (slack: number) => createProcess({ psiNulls: [slack, 1 / slack], maxBlocks: 0 })
  return {
    place,
    steps: lanes.map(() => ({ safe: null, ceiling: null, ceilingShare: null })),
    shares: shares(SHARE_SLACK),
    labelShares: ['label', ...measuresOf(plan.gates)].map(() => shares(LABEL_SLACK)),
    mix: openMix(plan),
    weight: 0,
    requests: 0,
    dwellSlots: 0,
    lastDwellSlot: null,
  }
}

/** The ratio below which the candidate must be proven at this place. */
export function limitAt(plan: PlanDocument, lane: Lane, place: Place, accuracy: number | null): number {
  return limitRatio(lane, nextShare(plan, place), accuracy ?? NO_ACCURACY)
}

/** One row of the present position for the step forward. */
export function foldSafe(
  step: StepState,
  context: { plan: PlanDocument; lane: Lane; place: Place; frame: Frame; accuracy: number | null },
  counts: readonly number[],
): void {
  const { plan, lane, place, frame, accuracy } = context
  const next = nextShare(plan, place)
  if (lane.gate.metric === 'accuracy' && accuracy === null) return
  step.safe ??= createProcess({
    psiNulls: [limitAt(plan, lane, place, accuracy)],
    phi: phiOf(lane, frame),
    exact: lane.exact,
    maxBlocks: 0,
  })
  const window = windowOf(lane, counts, next === 1)
  if (lane.absolute) {
    addTrials(step.safe, { x: window.xC, K: window.nC, w: fixedShare(lane) })
    return
  }
  for (const part of windowsOf(lane, counts, next === 1)) addWindow(step.safe, part)
  if (lane.gate.metric !== 'errors') return
  step.ceilingShare = ceilingShare(lane.gate, frame.errorRate, next)
  step.ceiling ??= createProcess({ psiNulls: [1], phi: phiOf(lane, frame), maxBlocks: 0 })
  addTrials(step.ceiling, { x: window.xC, K: window.nC, w: step.ceilingShare })
}

/** A restart inside a position: what was proven before it must still hold since. */
export function restartStep(step: StepState, lane: Lane, frame: Frame): void {
  for (const process of [step.safe, step.ceiling])
    if (process && process.snapshots.length < MAX_RESTARTS) restart(process, phiOf(lane, frame))
}

/** Candidate's part of all requests (or labels) against its weight. */
export function foldShare(process: EvidenceProcess, nC: number, nS: number, weight: number): void {
  if (weight > 0 && weight < FULL) addTrials(process, { x: nC, K: nC + nS, w: weight / FULL })
}
