import type { Frame } from './frame'
import type { JudgeInput, JudgePoint } from './judge'
import type { HoldReason } from './schema'
import type { Hold, Place, Who, Why } from './state'
import type { Judgement } from './verdict'

/**
 * What stands in a ledger row: `kind` is the column, the rest its payload. The machine makes all but `frame`, `wished` and `judged`, which the engine
 * writes: `frame`, `wished` and `wave-returned` are also inputs of the judge, so that a replay needs nothing but ledger and evidence.
 */
export type LedgerEvent =
  | { readonly kind: 'launched'; readonly by: Who; readonly planHash: string; readonly approvals: number }
  | { readonly kind: 'approved'; readonly by: Who; readonly have: number; readonly need: number }
  | { readonly kind: 'starting'; readonly wave: number; readonly cluster: string; readonly replicas: number }
  | { readonly kind: 'step'; readonly place: Place; readonly cluster: string; readonly weight: number; readonly why: Why }
  | { readonly kind: 'acknowledged'; readonly place: Place; readonly cluster: string; readonly weight: number }
  | { readonly kind: 'held'; readonly hold: Hold }
  | { readonly kind: 'hold-removed'; readonly reason: HoldReason; readonly by: Who | null }
  | { readonly kind: 'hold-overdue'; readonly reason: HoldReason }
  /** More time at this step: by a person a new dwell, by the engine (`by` null) once for a gate without data. */
  | { readonly kind: 'extended'; readonly by: Who | null; readonly reason: string; readonly until: number }
  /** A person went to the next step, unproven. */
  | { readonly kind: 'raised'; readonly by: Who; readonly reason: string }
  /** A person took the candidate back to 0 %; the rollout stays live. */
  | { readonly kind: 'lowered'; readonly by: Who; readonly reason: string; readonly from: Place }
  /** A person had copies of live requests sent to the candidate too: of so many (basis points), or of none any more (0). */
  | { readonly kind: 'mirrored'; readonly by: Who; readonly reason: string; readonly share: number }
  /** `soaked`: for how many seconds it proved itself at 100 % before; absent where none were asked. */
  | { readonly kind: 'wave-finished'; readonly wave: number; readonly cluster: string; readonly soaked?: number }
  | { readonly kind: 'promote-now'; readonly by: Who; readonly reason: string }
  | { readonly kind: 'returning'; readonly why: Why }
  /** One wave failed and goes back alone, and what was counted there is given up: an input of the judge, too. */
  | { readonly kind: 'wave-returned'; readonly wave: number; readonly cluster: string; readonly from: Place; readonly why: Why }
  | { readonly kind: 'ended'; readonly phase: 'promoted' | 'returned' | 'aborted' | 'failed' | 'cancelled'; readonly why: Why }
  | { readonly kind: 'watch-passed' }
  /** A gate failed, but the version before is bad itself: a person is asked. */
  | { readonly kind: 'watch-asks' }
  /** The next rollout or return of the endpoint began. */
  | { readonly kind: 'watch-ended'; readonly by: Who }
  /** The engine answers it with a rollout of strategy `return`. */
  | { readonly kind: 'watch-failed'; readonly why: Why }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'wished'; readonly generation: number; readonly place: Place; readonly weights: Readonly<Record<string, number>> }
  /** While traffic goes back: a cluster acknowledged a wish, and when by its own clock. */
  | { readonly kind: 'written'; readonly clusterId: string; readonly cluster: string; readonly generation: number; readonly at: number }
  /** How long a return took, once its traffic was counted as gone. `of`, `wave`: the line of a wave that went back alone; absent: all went back. */
  | { readonly kind: 'safe'; readonly times: ReturnTimes; readonly of?: number; readonly wave?: number }
  /**
   * Written when a verdict or the decision changes: the page's sentence and the replay's expectation. `point`: where it was judged; `node`: the major version
   * that judged, whose numbers come out bit for bit. Rows from before both were noted have neither.
   */
  | { readonly kind: 'judged'; readonly judgement: Judgement; readonly point?: JudgePoint; readonly node?: number }

/** When a return came how far, ms since epoch. `firstBad`: the first bad slot; `written`: every cluster acknowledged; `counted`: less than 1 % counted. */
export interface ReturnTimes {
  readonly firstBad: number | null
  readonly decided: number
  readonly wished: number
  readonly written: number | null
  readonly counted: number | null
}

/** One row as the timeline gets it. `at`: ms since epoch. */
export interface LedgerLine {
  readonly seq: number
  readonly at: number
  readonly event: LedgerEvent
}

/** The line as an input of the judge; null: it is none. */
export function judgeInput(event: LedgerEvent): JudgeInput | null {
  switch (event.kind) {
    case 'frame':
      return { kind: 'frame', frame: event.frame }
    case 'wished':
      return { kind: 'generation', generation: event.generation, place: event.place, weights: event.weights }
    case 'wave-returned':
      return { kind: 'wave-returned', wave: event.wave }
    default:
      return null
  }
}
