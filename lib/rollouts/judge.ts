import { FULL } from '@/lib/endpoints/wish'
import {
  foldSafe,
  foldShare,
  foldWorse,
  frameLane,
  type LaneState,
  lanesAt,
  openLane,
  openPosition,
  type PositionState,
  restartStep,
} from './bench'
import { ACKNOWLEDGED, BURN_IN, type EvidenceRow, INCOMPLETE } from './evidence'
import { type Frame, samePlace } from './frame'
import { counters, labelCounters, lanesOf } from './lane'
import { foldMix } from './mix'
import type { PlanDocument } from './schema'
import type { Place } from './state'
import { returnsAlone } from './steps'
import type { Judgement } from './verdict'
import { weigh } from './weigh'

/**
 * What the judge folds, in this order: by slot; before the rows of a slot the frames and generations that were made before it. `generation`, `frame` and
 * `wave-returned` come from the ledger, rows from the evidence tables. For every closed slot there is one row per cluster of the present and earlier waves and
 * its present generation, zeros included: a slot without a row is a slot without data, not a zero. Weights: candidate basis points per cluster id of that generation.
 */
export type JudgeInput =
  | { readonly kind: 'generation'; readonly generation: number; readonly place: Place; readonly weights: Readonly<Record<string, number>> }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'evidence'; readonly row: EvidenceRow }
  | { readonly kind: 'labels'; readonly row: EvidenceRow }
  /** A wave failed and went back alone: what was counted on its cluster so far is given up, so that it can begin anew. */
  | { readonly kind: 'wave-returned'; readonly wave: number }

/** Where the rollout stands when it is judged. `acknowledgedAt`: since when the step's weight is acknowledged (ms), null: not yet. */
export interface JudgePoint {
  readonly place: Place
  readonly acknowledgedAt: number | null
  readonly now: number
}

/** What is known of one cluster's slots. */
export interface ClusterMarks {
  lastSlot: number | null
  /** Last slot in which the candidate answered anything. */
  lastCandidate: number | null
  incompleteRun: number
}

interface Generation {
  readonly place: Place
  readonly weights: Readonly<Record<string, number>>
}

/** The accumulator: kept in memory by cursor, rebuilt by folding again. Not JSON. */
export interface Bench {
  readonly plan: PlanDocument
  /** The lanes' evidence, over all waves together; or of each wave by itself, where a failing one returns alone. */
  readonly waves: LaneState[][]
  /** Per cluster id: the last generation of a wave that was given up there. */
  readonly givenUp: Map<string, number>
  /** The names of the counts in rows of both tables. */
  readonly names: { readonly traffic: readonly string[]; readonly labels: readonly string[] }
  readonly generations: Map<number, Generation>
  readonly frames: Map<number, Frame>
  /** Latest frame per cluster id. */
  readonly latest: Map<string, Frame>
  readonly clusters: Map<string, ClusterMarks>
  position: PositionState | null
  /** The frozen accuracy that tolerances and limits are made from: the first there was. */
  accuracy: number | null
  lastSlot: number | null
}

/** An empty accumulator. */
export function start(plan: PlanDocument): Bench {
  return {
    plan,
    waves: Array.from({ length: returnsAlone(plan) ? plan.waves.length : 1 }, () => lanesOf(plan).map(openLane)),
    givenUp: new Map(),
    names: { traffic: counters(plan), labels: labelCounters(plan) },
    generations: new Map(),
    frames: new Map(),
    latest: new Map(),
    clusters: new Map(),
    position: null,
    accuracy: null,
    lastSlot: null,
  }
}

/** Folds one input. Mutates and returns `bench`. RangeError for a row of an unknown generation or frame, or with counts of another shape. */
export function fold(bench: Bench, input: JudgeInput): Bench {
  switch (input.kind) {
    case 'generation':
      bench.generations.set(input.generation, { place: input.place, weights: input.weights })
      moveTo(bench, input.place)
      break
    case 'frame':
      foldFrame(bench, input.frame)
      break
    case 'evidence':
      foldTraffic(bench, input.row)
      break
    case 'labels':
      foldLabels(bench, input.row)
      break
    case 'wave-returned':
      giveUp(bench, input.wave)
      break
  }
  return bench
}

/** A bar that was crossed stays crossed: the wave's next attempt is a test of its own, and begins like the first, without a frame. */
function giveUp(bench: Bench, wave: number): void {
  const { clusterId } = bench.plan.waves[wave]
  bench.givenUp.set(clusterId, Math.max(...bench.generations.keys()))
  bench.latest.delete(clusterId)
  bench.waves[wave] = lanesOf(bench.plan).map(openLane)
}

function moveTo(bench: Bench, place: Place): void {
  if (!bench.position || !samePlace(bench.position.place, place))
    bench.position = openPosition(place, lanesAt(bench, place.wave), bench.plan)
}

function foldFrame(bench: Bench, frame: Frame): void {
  bench.frames.set(frame.number, frame)
  bench.latest.set(frame.clusterId, frame)
  bench.accuracy ??= frame.accuracy?.share ?? null
  for (const state of lanesAt(bench, frame.place.wave)) frameLane(state, frame, bench.accuracy)
  const { position } = bench
  if (!position || !frame.restart || !samePlace(position.place, frame.place)) return
  lanesAt(bench, frame.place.wave).forEach(({ lane }, i) => {
    restartStep(position.steps[i], lane, frame)
  })
}

/** `weight`: the candidate's by that generation; 0 also of an attempt that was given up. */
function lookUp(bench: Bench, row: EvidenceRow, names: readonly string[]): { generation: Generation; frame: Frame; weight: number } {
  const generation = bench.generations.get(row.generation)
  if (!generation) throw new RangeError(`Evidence of generation ${row.generation} at slot ${row.slot}, which no ledger row names.`)
  const frame = bench.frames.get(row.frame)
  if (!frame) throw new RangeError(`Evidence of frame ${row.frame} at slot ${row.slot}, which no ledger row holds.`)
  if (row.counts.length !== names.length)
    throw new RangeError(
      `Evidence at slot ${row.slot} has ${row.counts.length} counts; this plan has ${names.length}: ${names.join(', ')}.`,
    )
  const over = row.generation <= (bench.givenUp.get(row.cluster) ?? -1)
  return { generation, frame, weight: over ? 0 : (generation.weights[row.cluster] ?? 0) }
}

function foldTraffic(bench: Bench, row: EvidenceRow): void {
  const { generation, frame, weight } = lookUp(bench, row, bench.names.traffic)
  mark(bench, row)
  if (row.flags & BURN_IN || weight === 0) return
  for (const state of lanesOn(bench, row.cluster)) if (state.lane.source === 'traffic') foldWorse(state, row, frame, weight === FULL)
  const position = present(bench, row, generation)
  if (!position || !(row.flags & ACKNOWLEDGED)) return
  const [nC, nS] = row.counts
  position.weight = weight
  position.requests += nC
  if (position.lastDwellSlot !== row.slot) position.dwellSlots += 1
  position.lastDwellSlot = row.slot
  if (!frame.byKey) foldShare(position.shares, nC, nS, weight)
  foldMix(position.mix, bench.plan, row.counts, { weight, phi: frame.byKey ? frame.errorPhi : 1 })
  safe(bench, position, 'traffic', row, frame)
}

/** Cohorts are generations: a gateway answers by the weights of the generation that it stamps, so every label of one is of acknowledged weights. */
function foldLabels(bench: Bench, row: EvidenceRow): void {
  const { generation, frame, weight } = lookUp(bench, row, bench.names.labels)
  if (row.flags & BURN_IN || weight === 0) return
  for (const state of lanesOn(bench, row.cluster)) if (state.lane.source === 'labels') foldWorse(state, row, frame, weight === FULL)
  const position = present(bench, row, generation)
  if (!position) return
  if (!frame.byKey)
    position.labelShares.forEach((shares, k) => {
      foldShare(shares, row.counts[4 * k + 1], row.counts[4 * k + 3], weight)
    })
  safe(bench, position, 'labels', row, frame)
}

function lanesOn(bench: Bench, clusterId: string): readonly LaneState[] {
  return lanesAt(
    bench,
    bench.plan.waves.findIndex((wave) => wave.clusterId === clusterId),
  )
}

/** The present position, if the row is of it and of its wave's cluster. */
function present(bench: Bench, row: EvidenceRow, generation: Generation): PositionState | null {
  const { position, plan } = bench
  if (!position || !samePlace(position.place, generation.place)) return null
  return plan.waves[position.place.wave].clusterId === row.cluster ? position : null
}

function safe(bench: Bench, position: PositionState, source: 'traffic' | 'labels', row: EvidenceRow, frame: Frame): void {
  const { plan, accuracy } = bench
  lanesAt(bench, position.place.wave).forEach(({ lane }, i) => {
    if (lane.source === source) foldSafe(position.steps[i], { plan, lane, place: position.place, frame, accuracy }, row.counts)
  })
}

function mark(bench: Bench, row: EvidenceRow): void {
  const marks = bench.clusters.get(row.cluster) ?? { lastSlot: null, lastCandidate: null, incompleteRun: 0 }
  if (marks.lastSlot === null || row.slot > marks.lastSlot) {
    marks.incompleteRun = row.flags & INCOMPLETE ? marks.incompleteRun + 1 : 0
    marks.lastSlot = row.slot
  }
  if (row.counts[0] > 0) marks.lastCandidate = Math.max(row.slot, marks.lastCandidate ?? row.slot)
  bench.clusters.set(row.cluster, marks)
  bench.lastSlot = Math.max(row.slot, bench.lastSlot ?? row.slot)
}

/** Verdict per gate and the decision. Changes nothing; the same bench and point give the same answer. Works for a promoted rollout in watch, too (place: the last step of the last wave). */
export function decide(bench: Bench, point: JudgePoint): Judgement {
  return weigh(bench, point)
}

/** Live and replay are this: a left fold, then a decision. */
export function judge(plan: PlanDocument, inputs: Iterable<JudgeInput>, point: JudgePoint): Judgement {
  const bench = start(plan)
  for (const input of inputs) fold(bench, input)
  return decide(bench, point)
}
