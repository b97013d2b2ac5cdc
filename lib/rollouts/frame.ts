import type { LatencySketch } from '@/lib/analysis/sketch'
import type { PlanDocument } from './schema'
import type { Place } from './state'

/** Thresholds of one latency quantile, as sketch buckets and in ms; `slowShare`: stable's frozen share slower than tau. */
export interface FrozenLatency {
  readonly quantile: number
  readonly tau: number
  readonly candidate: number
  readonly limit: number
  readonly tauMs: number
  readonly candidateMs: number
  readonly limitMs: number
  readonly slowShare: number
  readonly phi: number
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
  readonly accuracy: { readonly share: number; readonly labels: number; readonly phi: number } | null
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

/** The stable arm (initial: nothing) on the wave's cluster over the last 60 min. Labels by time of ingest; `blocks` [wrong, n] of 30 s in time order. */
export interface Reference {
  readonly blocks: readonly ReferenceBlock[]
  readonly labels: {
    readonly wrong: number
    readonly n: number
    readonly blocks: readonly { readonly x: number; readonly n: number }[]
  } | null
  readonly byKey: boolean
}

export const REFERENCE_REQUESTS = 200
export const REFERENCE_LABELS = 100
export const REFERENCE_MINUTES = 60
export const RESTART_SECONDS = 300

/**
 * Freezes a frame for `place`. `previous`: all frames so far, oldest first. Refused with what is missing when stable has fewer than 200 requests;
 * plans that compare with nothing (initial, return) need no reference.
 */
export function freeze(
  _plan: PlanDocument,
  _place: Place,
  _reference: Reference,
  _previous: readonly Frame[],
  _now: number,
): { ok: true; frame: Frame } | { ok: false; have: number; need: number } {
  throw new Error('not yet')
}

/** Is a new frame due? At each position's start, every 5 min (while restarts are left), and when labels first suffice (`labels`: stable labels of the last 60 min). */
export function frameDue(_plan: PlanDocument, _place: Place, _frames: readonly Frame[], _labels: number, _now: number): boolean {
  throw new Error('not yet')
}

/** Windows of one closed slot on one cluster for one generation, sources merged. */
export interface SlotArm {
  readonly n: number
  readonly bad: number
  readonly latency: LatencySketch
}

/** The names of `counts` in an evidence row, in order: candidate requests, stable requests, candidate bad, stable bad, then per latency quantile candidate slower than tolerated, candidate slower than the limit, stable slower than tau. */
export function counters(_plan: PlanDocument): string[] {
  throw new Error('not yet')
}

/** `counts` of a `telemetry.evidence` row. An arm without rows is null: zero. */
export function countSlot(_frame: Frame, _candidate: SlotArm | null, _stable: SlotArm | null): number[] {
  throw new Error('not yet')
}

/** `counts` of a `telemetry.label_evidence` row: [candidate wrong, candidate labels, stable wrong, stable labels]. Cohort: the generation at prediction; slot: the label's ingest. */
export function countLabels(_candidate: { wrong: number; n: number }, _stable: { wrong: number; n: number }): number[] {
  throw new Error('not yet')
}
