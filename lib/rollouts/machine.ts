import type { LedgerEvent } from './ledger'
import type { PlanDocument } from './schema'
import type { RolloutState, Who } from './state'
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
}

/** What may happen to a rollout. Who may do it was checked before; revision too (promote-now, approve-complete, resume, takeovers). */
export type Input =
  /** Every engine turn, also as its timer. `decision` null: nothing was judged this turn. */
  | { readonly kind: 'observed'; readonly clusters: readonly ClusterView[]; readonly decision: Decision | null }
  | { readonly kind: 'approve-complete'; readonly otherLive: boolean; readonly fromIsLive: boolean }
  | { readonly kind: 'reject'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'pause'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'resume'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'promote-now'; readonly by: Who; readonly reason: string }
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
export interface Refusal {
  readonly code: RefusalCode
}

export type Advance =
  /** `next` may be the same state (no event then). `wakeAt`: ms, when to look again at the latest; null: a quiet endpoint's 30 s do. */
  | { readonly ok: true; readonly next: RolloutState; readonly events: readonly LedgerEvent[]; readonly wakeAt: number | null }
  | { readonly ok: false; readonly refusal: Refusal }

/** The state of a rollout just launched: awaiting approval when its plan asks for any, else starting. */
export function launchState(_plan: PlanDocument, _now: number): { state: RolloutState; events: readonly LedgerEvent[] } {
  throw new Error('not yet')
}

/** The one function that changes a rollout. Pure: no clock, no mutation; reasons are data. `now` in ms. */
export function advance(_plan: PlanDocument, _state: RolloutState, _input: Input, _now: number): Advance {
  throw new Error('not yet')
}
