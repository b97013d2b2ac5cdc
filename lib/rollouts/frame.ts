import { phiHat, phiOfBuckets } from '@/lib/analysis/dispersion'
import { type LatencyThresholds, latencyThresholds } from '@/lib/analysis/latency'
import { MAX_RESTARTS } from '@/lib/analysis/process'
import { countAbove, createSketch, type LatencySketch, mergeSketch, quantileBucket } from '@/lib/analysis/sketch'
import { FULL } from '@/lib/endpoints/wish'
import { nextShare, weightAt } from './gate'
import { binsOf, measuresOf, quantilesOf, segmentsOf } from './lane'
import type { PlanDocument } from './schema'
import type { LiveRun, Place } from './state'

/** Thresholds of one latency quantile, as sketch buckets and in ms; `slowShare`: stable's frozen share slower than tau. */
export interface FrozenLatency extends LatencyThresholds {
  readonly quantile: number
  readonly slowShare: number
  readonly phi: number
}

/** What stable's outcomes of one kind were over the last 60 min: share of hits (accuracy: of right answers), how long they took to come, seconds. */
export interface FrozenOutcome {
  readonly share: number
  readonly labels: number
  readonly phi: number
  readonly delaySeconds?: number | null
}

/**
 * What was fixed at a position's start or a restart, of one cluster. JSON; a ledger row. Rows of a cluster are counted under that cluster's latest frame:
 * a finished earlier wave keeps the frame of its last step.
 */
export interface Frame {
  /** 1, 2, ... over the whole rollout; `evidence.frame`. */
  readonly number: number
  readonly at: number
  readonly place: Place
  readonly clusterId: string
  /** Starts one more process beside the running ones (at most 8). */
  readonly restart: boolean
  /** Stable requests of the last 60 min that it rests on. */
  readonly requests: number
  readonly errorRate: number
  readonly errorPhi: number
  readonly latency: readonly FrozenLatency[]
  /** null: too few labels (100) yet. */
  readonly accuracy: FrozenOutcome | null
  /** The same of each gate with outcomes of its own, in the order of `measuresOf`; absent in frames of plans without any. */
  readonly measures?: readonly (FrozenOutcome | null)[]
  /** Share (0..1) after the next step within this cluster, from which the stage limits are made. */
  readonly nextShare: number
  /** A routing key is used: the sample-ratio test is off and verdicts say "by key". */
  readonly byKey: boolean
}

/** One 30 s block of the stable arm on one cluster, in time order. */
export interface ReferenceBlock {
  readonly n: number
  readonly bad: number
  readonly latency: LatencySketch
}

/** Outcomes of one kind by time of ingest: hits x of n, `blocks` of 30 s in time order. */
export interface ReferenceOutcome {
  readonly x: number
  readonly n: number
  readonly delaySeconds?: number | null
  readonly blocks: readonly { readonly x: number; readonly n: number }[]
}

/** The stable arm (initial: nothing) on the wave's cluster over the last 60 min. `labels` hits are wrong answers; `measures` in the order of `measuresOf`. */
export interface Reference {
  readonly blocks: readonly ReferenceBlock[]
  readonly labels: ReferenceOutcome | null
  readonly measures?: readonly ReferenceOutcome[]
  /** Requests n and bad x of the hour per bucket of routing keys; absent where none came with a key. */
  readonly keys?: readonly { readonly x: number; readonly n: number }[]
  readonly byKey: boolean
}

export const REFERENCE_REQUESTS = 200
export const REFERENCE_LABELS = 100
export const REFERENCE_MINUTES = 60
const RESTART_SECONDS = 300
/** Latency thresholds rest on at least so many of the last stable requests and blocks of 30 s, as far as there are any. */
const LATENCY_REQUESTS = 2_000
const LATENCY_BLOCKS = 10

/** More dispersion than this is noise of the whole house, which comparing side by side cancels: arm-specific clusters of mean 4 give 7. */
const PHI_MAX = 10

/**
 * Freezes a frame for `place`. `previous`: all frames so far, oldest first. Refused with what is missing when stable has fewer than 200 requests;
 * a first version has nothing to compare with and needs no reference.
 */
export function freeze(
  plan: PlanDocument,
  place: Place,
  reference: Reference,
  previous: readonly Frame[],
  now: number,
): { ok: true; frame: Frame } | { ok: false; have: number; need: number } {
  const requests = reference.blocks.reduce((sum, block) => sum + block.n, 0)
  if (plan.strategy !== 'initial' && requests < REFERENCE_REQUESTS) return { ok: false, have: requests, need: REFERENCE_REQUESTS }
  const bad = reference.blocks.reduce((sum, block) => sum + block.bad, 0)
  const lately = latest(reference.blocks)
  const { labels } = reference
  // Latency and labels are not counted per key: what errors show of how requests hang together holds for them too.
  const keyed = reference.byKey ? phiOfBuckets(reference.keys ?? []) : 1
  const phi = (hits: readonly { x: number; n: number }[]) => Math.max(keyed, Math.min(PHI_MAX, phiHat(hits)))
  const frame: Frame = {
    number: previous.length + 1,
    at: now,
    place,
    clusterId: plan.waves[place.wave].clusterId,
    restart: restarts(plan, place, previous, now),
    requests,
    errorRate: requests === 0 ? 0 : bad / requests,
    errorPhi: phi(reference.blocks.map(({ bad: x, n }) => ({ x, n }))),
    latency: requests === 0 ? [] : quantilesOf(plan.gates).map((one) => freezeLatency(one, lately, phi)),
    accuracy: freezeOutcome(labels, (x, n) => 1 - x / n, phi),
    ...(measuresOf(plan.gates).length > 0
      ? { measures: measuresOf(plan.gates).map((_, i) => freezeOutcome(reference.measures?.[i] ?? null, (x, n) => x / n, phi)) }
      : {}),
    nextShare: nextShare(plan, place),
    byKey: reference.byKey,
  }
  return { ok: true, frame }
}

/**
 * The last blocks that hold enough to read a p99 from. A rough minute (a start, a busy neighbour) would otherwise set the thresholds of a whole hour, and where
 * neither arm is ever slower than them nothing can be proven, and a slow version is not seen.
 */
function latest(blocks: readonly ReferenceBlock[]): readonly ReferenceBlock[] {
  let from = blocks.length
  let requests = 0
  while (from > 0 && (requests < LATENCY_REQUESTS || blocks.length - from < LATENCY_BLOCKS)) {
    from -= 1
    requests += blocks[from].n
  }
  return blocks.slice(from)
}

function freezeLatency(
  one: { quantile: number; floorMs: number },
  blocks: readonly ReferenceBlock[],
  phi: (hits: readonly { x: number; n: number }[]) => number,
): FrozenLatency {
  const requests = blocks.reduce((sum, block) => sum + block.n, 0)
  const all = blocks.reduce((sum, block) => mergeSketch(sum, block.latency), createSketch())
  const thresholds = latencyThresholds(quantileBucket(all, one.quantile) ?? 0, one.floorMs)
  const slow = blocks.map((block) => ({ x: Math.min(block.n, countAbove(block.latency, thresholds.tau)), n: block.n }))
  const above = slow.reduce((sum, { x }) => sum + x, 0)
  return { quantile: one.quantile, ...thresholds, slowShare: above / requests, phi: phi(slow) }
}

function freezeOutcome(
  outcome: ReferenceOutcome | null,
  share: (x: number, n: number) => number,
  phi: (hits: readonly { x: number; n: number }[]) => number,
): FrozenOutcome | null {
  if (!outcome || outcome.n < REFERENCE_LABELS) return null
  const { x, n, delaySeconds = null, blocks } = outcome
  return { share: share(x, n), labels: n, phi: phi(blocks), delaySeconds }
}

/** A restart is a fresh process beside the running ones: at a new position or after 5 min, at most 8, and only where something runs. */
function restarts(plan: PlanDocument, place: Place, previous: readonly Frame[], now: number): boolean {
  const last = previous.at(-1)
  if (!last || weightAt(plan, place) === 0 || previous.filter((frame) => frame.restart).length >= MAX_RESTARTS) return false
  if (!previous.some((frame) => weightAt(plan, frame.place) > 0)) return false
  const lastStart = previous.findLast((frame) => frame.restart) ?? previous[0]
  return !samePlace(last.place, place) || now - lastStart.at >= RESTART_SECONDS * 1_000
}

/**
 * Is a new frame due? At each position's start, every 5 min (while restarts are left; at weight 0, so that the preview's switch finds a fresh one), and when
 * labels first suffice (`labels`: stable labels of the last 60 min). Never at 100 %, where stable has no traffic, if there is one for that cluster since the wave
 * was last started there: a wave that begins anew is compared with stable as it is by then.
 */
export function frameDue(
  plan: PlanDocument,
  { place, startingSince }: Pick<LiveRun, 'place' | 'startingSince'>,
  frames: readonly Frame[],
  labels: number,
  now: number,
): boolean {
  if (place.step === null || plan.strategy === 'return') return false
  const last = frames.at(-1)
  const weight = weightAt(plan, place)
  if (!last || last.clusterId !== plan.waves[place.wave].clusterId || last.at < startingSince) return true
  if (weight === FULL) return false
  if (!samePlace(last.place, place)) return true
  const left = weight === 0 || frames.filter((frame) => frame.restart).length < MAX_RESTARTS
  if (left && now - last.at >= RESTART_SECONDS * 1_000) return true
  return last.accuracy === null && labels >= REFERENCE_LABELS && plan.gates.some((gate) => gate.metric === 'accuracy')
}

export function samePlace(a: Place, b: Place): boolean {
  return a.wave === b.wave && a.step === b.step
}

/** Windows of one closed slot on one cluster for one generation, sources merged. */
export interface SlotArm {
  readonly n: number
  readonly bad: number
  readonly latency: LatencySketch
  /** Requests per bin of the compared features, one after the other. */
  readonly bins?: readonly number[] | null
}

/** What one arm counted: everything, and by segment id. */
export interface SlotArms {
  readonly whole: SlotArm | null
  readonly segments?: ReadonlyMap<number, SlotArm>
}

/** `counts` of a `telemetry.evidence` row, in the order of `counters` (lane.ts), under the cluster's latest frame. An arm without rows is null: zero. */
export function countSlot(plan: Pick<PlanDocument, 'gates' | 'observe'>, frame: Frame, candidate: SlotArms, stable: SlotArms): number[] {
  let from = 0
  const bins = binsOf(plan).flatMap((size) => {
    const arms = [candidate, stable].map(({ whole }) => Array.from({ length: size }, (_, i) => whole?.bins?.[from + i] ?? 0))
    from += size
    return arms.flat()
  })
  const segments = segmentsOf(plan).flatMap(({ id }) =>
    countBlock(frame, candidate.segments?.get(id) ?? null, stable.segments?.get(id) ?? null),
  )
  return [...countBlock(frame, candidate.whole, stable.whole), ...bins, ...segments]
}

function countBlock(frame: Frame, candidate: SlotArm | null, stable: SlotArm | null): number[] {
  const above = (arm: SlotArm | null, bucket: number) => (arm ? Math.min(arm.n, countAbove(arm.latency, bucket)) : 0)
  const latency = frame.latency.flatMap((frozen) => [
    above(candidate, frozen.candidate),
    above(candidate, frozen.limit),
    above(stable, frozen.tau),
  ])
  return [candidate?.n ?? 0, stable?.n ?? 0, candidate?.bad ?? 0, stable?.bad ?? 0, ...latency]
}

/** Hits among trials of one arm, for each number group of a label row (see `labelCounters`): kinds of outcomes, then per segment the same again. An arm without any is null: zero. */
export type Hits = readonly { readonly x: number; readonly n: number }[]

/** `counts` of a `telemetry.label_evidence` row of so many groups. Cohort: the generation at prediction; slot: the outcome's ingest. Wants no frame's thresholds. */
export function countLabels(groups: number, candidate: Hits | null, stable: Hits | null): number[] {
  return Array.from({ length: groups }, (_, k) => [candidate?.[k], stable?.[k]].flatMap((hits) => [hits?.x ?? 0, hits?.n ?? 0])).flat()
}
