import { returnStrategy, steer } from './control'
import { SLOT_MS, slotOf } from './evidence'
import type { LedgerEvent } from './ledger'
import { observePromoted, observeReturning, observeRun } from './observe'
import { observeReturn } from './observe-return'
import type { PlanDocument } from './schema'
import type { RolloutState, Who } from './state'
import { type Moved, toEnded, toStarting } from './transitions'
import type { Decision } from './verdict'

/** One cluster of the plan as this turn saw it. `candidate`, `stable`: the plan's `to` and `from` there; weight = what the data plane says it routes by (0 when the version is not there). */
export interface ClusterView {
  readonly clusterId: string
  readonly reachable: boolean
  /** Last time it was seen (ms); null: never. */
  readonly seenAt: number | null
  /** It routes by the last generation that was wished. */
  readonly acknowledged: boolean
  readonly candidate: { readonly weight: number; readonly ready: number }
  readonly stable: { readonly weight: number; readonly ready: number }
  /** Another writer changed our route. */
  readonly takeover: boolean
  /** With a fence above ours, so that what we write is refused. */
  readonly outranked?: boolean
  /** What was counted there contradicts the weights that it acknowledged: how. */
  readonly misrouted?: string
}

/** What may happen to a rollout. Who may do it was checked before; revision too (promote-now, approve-complete, resume, takeovers). */
export type Input =
  /** Every engine turn, also as its timer. `decision` null: nothing was judged this turn. `stableBad`: waves on which stable fails its own objective. */
  | {
      readonly kind: 'observed'
      readonly clusters: readonly ClusterView[]
      readonly decision: Decision | null
      readonly stableBad?: readonly number[]
    }
  | { readonly kind: 'approve-complete'; readonly otherLive: boolean; readonly fromIsLive: boolean }
  | { readonly kind: 'reject'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'pause'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'resume'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'promote-now'; readonly by: Who; readonly reason: string }
  /** More time here. */
  | { readonly kind: 'extend'; readonly by: Who; readonly reason: string }
  /** To the next step, unproven. `decides`: at the present traffic the present step can decide by itself. */
  | { readonly kind: 'raise'; readonly by: Who; readonly reason: string; readonly decides: boolean }
  /** The candidate back to 0 % everywhere, until resumed. */
  | { readonly kind: 'lower'; readonly by: Who; readonly reason: string }
  /** Copies of live requests to the candidate, too. `share`: basis points of them, null for the usual one; `able`: whether the cluster of the present wave can. */
  | { readonly kind: 'mirror'; readonly by: Who; readonly reason: string; readonly share: number | null; readonly able: Mirrors }
  | { readonly kind: 'unmirror'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'return'; readonly by: Who; readonly reason: string }
  /** Before approval: withdrawn; later: the same as return. */
  | { readonly kind: 'cancel'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'takeover-keep'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'takeover-restore'; readonly by: Who; readonly reason: string }
  /** A rollout of strategy `return` of the same endpoint begins in the same transaction. */
  | { readonly kind: 'supersede'; readonly by: Who }

export type RefusalCode =
  | 'ended'
  | 'not-awaiting-approval'
  | 'awaiting-approval'
  | 'other-live'
  | 'from-not-live'
  | 'not-holding'
  | 'already-returning'
  | 'needs-approval'
  | 'not-ready'
  | 'takeover'
  | 'no-takeover'
  | 'a-return-cannot'
  | 'nothing-to-extend'
  | 'no-larger-step'
  | 'held-otherwise'
  | 'step-decides'
  | 'candidate-fails'
  | 'not-held'
  | 'out-of-reach'
  | 'nothing-to-copy'
  | 'cannot-mirror'
  | 'mirrors-at-zero'
/** Whether the cluster of the present wave can send copies of requests to the candidate as it stands; else why not. */
export type Mirrors = true | 'cannot-mirror' | 'mirrors-at-zero'
export interface Refusal {
  readonly code: RefusalCode
}

export type Advance =
  /** `next` may be the same state (no event then). `wakeAt`: ms, when to look again at the latest; null: a quiet endpoint's 30 s do. */
  | { readonly ok: true; readonly next: RolloutState; readonly events: readonly LedgerEvent[]; readonly wakeAt: number | null }
  | { readonly ok: false; readonly refusal: Refusal }

/** A plan that nobody approved for this long is cancelled. */
const APPROVAL_DAYS = 7
const DAY_MS = 86_400_000

/** The state of a rollout just launched: awaiting approval when its plan asks for any, else starting. */
export function launchState(plan: PlanDocument, now: number): { state: RolloutState; events: readonly LedgerEvent[] } {
  if (plan.approvals > 0) return { state: { phase: 'awaiting-approval', since: now, expiresAt: now + APPROVAL_DAYS * DAY_MS }, events: [] }
  const { next, events } = toStarting(plan, null, 0, now)
  return { state: next, events }
}

/**
 * The one function that changes a rollout. Pure: no clock, no mutation; reasons are data. `now` in ms. A rollout's time never goes back, the clock may: what
 * happens is never earlier than what happened before it.
 */
export function advance(plan: PlanDocument, state: RolloutState, input: Input, now: number): Advance {
  const moved = move(plan, state, input, Math.max(now, state.since))
  if ('code' in moved) return { ok: false, refusal: moved }
  return { ok: true, next: moved.next, events: moved.events, wakeAt: wakeAt(moved.next, now) }
}

function move(plan: PlanDocument, state: RolloutState, input: Input, now: number): Moved | Refusal {
  switch (state.phase) {
    case 'awaiting-approval':
      return beforeStart(plan, state, input, now)
    case 'starting':
    case 'progressing':
    case 'holding':
      if (input.kind === 'observed')
        return plan.strategy === 'return' ? observeReturn(plan, state, input, now) : observeRun(plan, state, input, now)
      return plan.strategy === 'return' ? returnStrategy(plan, state, input, now) : steer(plan, state, input, now)
    case 'returning':
      return whileReturning(state, input, now)
    case 'promoted':
      return afterPromotion(state, input, now)
    default:
      return input.kind === 'observed' ? { next: state, events: [] } : { code: 'ended' }
  }
}

/** Nothing moves before the approvals are complete, checked again when they take effect. */
function beforeStart(plan: PlanDocument, state: RolloutState & { phase: 'awaiting-approval' }, input: Input, now: number): Moved | Refusal {
  switch (input.kind) {
    case 'observed':
      return now >= state.expiresAt ? toEnded('cancelled', { cause: 'expired' }, now) : { next: state, events: [] }
    case 'approve-complete':
      if (input.otherLive) return { code: 'other-live' }
      if (!input.fromIsLive) return { code: 'from-not-live' }
      return now >= state.expiresAt ? toEnded('cancelled', { cause: 'expired' }, now) : toStarting(plan, null, 0, now)
    case 'reject':
    case 'cancel':
    case 'return':
      return toEnded('cancelled', { cause: 'person', by: input.by, reason: input.reason }, now)
    default:
      return { code: 'awaiting-approval' }
  }
}

/** The watch never stands in the way: whatever begins next ends it. */
function afterPromotion(state: RolloutState & { phase: 'promoted' }, input: Input, now: number): Moved | Refusal {
  if (input.kind === 'observed') return observePromoted(state, input, now)
  if (input.kind !== 'supersede' || (state.watch !== 'open' && state.watch !== 'asks')) return { code: 'ended' }
  return { next: { ...state, watch: 'ended' }, events: [{ kind: 'watch-ended', by: input.by }] }
}

function whileReturning(state: RolloutState & { phase: 'returning' }, input: Input, now: number): Moved | Refusal {
  switch (input.kind) {
    case 'observed':
      return observeReturning(state, input, now)
    // Going back is what they want already: never an error.
    case 'return':
    case 'cancel':
    case 'pause':
    case 'lower':
    case 'unmirror':
      return { next: state, events: [] }
    case 'supersede':
      return toEnded('aborted', { cause: 'superseded', by: input.by }, now)
    default:
      return { code: 'already-returning' }
  }
}

const SOON_MS = 1_000
/** A slot's counts have come when every source has reported once more after its end, which they do every 2 s. */
export const CLOSE_MS = 2_250

/** When to look again at the latest. */
function wakeAt(state: RolloutState, now: number): number | null {
  switch (state.phase) {
    case 'awaiting-approval':
      return state.expiresAt
    case 'starting':
    case 'returning':
      return now + SOON_MS
    case 'progressing':
    case 'holding':
      return state.acknowledgedAt === null ? now + SOON_MS : nextClose(now)
    case 'promoted':
      if (state.watch === 'open') return nextClose(now)
      return state.warmUntil > now ? state.warmUntil : null
    default:
      return null
  }
}

/** When the next slot can be closed. */
function nextClose(now: number): number {
  return slotOf(now - CLOSE_MS) + SLOT_MS + CLOSE_MS
}
