import type { HoldReason } from './schema'
import type { Compared, Metric } from './verdict'

/** A position in the plan. `step` null: the wave's candidate is being started, no traffic moved there yet. */
export interface Place {
  readonly wave: number
  readonly step: number | null
}

/** Who acts: a person or the engine. `name` is shown, `id` kept. */
export interface Who {
  readonly id: string
  readonly name: string
}

/** Why something happened, as data: explain.ts turns it into words. */
export type Why =
  /** `cluster`: where it was found, if each is judged by itself and all go back. */
  | { readonly cause: 'evidence'; readonly blamed: Metric; readonly compared: Compared; readonly cluster?: string }
  /** A gate had no data, and the plan counts that as a fail: at once, or after the step was extended. */
  | { readonly cause: 'no-data'; readonly blamed: Metric; readonly seconds: number; readonly cluster?: string }
  | { readonly cause: 'proven' }
  /** The switch (or a first version) was watched for minDwell and no gate failed. */
  | { readonly cause: 'dwelt' }
  | { readonly cause: 'no-gates' }
  /** A gate had no data, and the plan lets it pass without. */
  | { readonly cause: 'without-data' }
  | { readonly cause: 'acknowledged' }
  | { readonly cause: 'ready' }
  | { readonly cause: 'person'; readonly by: Who; readonly reason: string }
  | { readonly cause: 'unready'; readonly cluster: string; readonly seconds: number }
  | { readonly cause: 'never-ready'; readonly cluster: string; readonly seconds: number }
  | { readonly cause: 'hold-ended'; readonly reason: HoldReason; readonly seconds: number }
  | { readonly cause: 'superseded'; readonly by: Who }
  | { readonly cause: 'expired' }

/** One reason to hold. `since`, `end`: ms since epoch; `end` null: until someone acts. `owner`: who is asked to act. */
export interface Hold {
  readonly reason: HoldReason
  readonly since: number
  readonly end: number | null
  readonly owner: 'engineer' | 'approver' | 'sre'
  readonly by: Who | null
  /** Cluster names or the person's reason, for the sentence. */
  readonly detail: string
  /** Of a wave that failed: why. */
  readonly why?: Why
}

/** What all live phases before `returning` share. Times in ms since epoch. */
interface Run {
  readonly since: number
  readonly place: Place
  /** When the present wave entered `starting`. */
  readonly startingSince: number
  /** When the present step's weight was acknowledged; null: not yet. */
  readonly acknowledgedAt: number | null
  /** Start of the present dwell: the acknowledgement, or the last resume. */
  readonly dwellSince: number | null
  /** The step was given once longer, because a gate has no data: until then. Absent: it was not. */
  readonly extendedUntil?: number | null
  /** A person, or a failing wave, took the candidate back to 0 % while it stood there: what was touched before is still waited for. */
  readonly loweredFrom?: Place
  /** Per cluster id: since when it has weight and no candidate that is ready. Absent: no cluster has. */
  readonly unready?: Readonly<Record<string, number>>
  /** Per cluster id: first acknowledged weight above 0; burn-in runs from it, once. */
  readonly firstWeightAt: Readonly<Record<string, number>>
  /** Strategy return only: ready replicas seen per cluster id; weight follows capacity. */
  readonly capacity: Readonly<Record<string, number>>
  /** A person chose 100 % without waiting for gates. */
  readonly promoteNow: boolean
  /** After `restore ours`: another writer's route is ignored until ours is seen again. */
  readonly restoring: boolean
}

interface AwaitingApproval {
  readonly phase: 'awaiting-approval'
  readonly since: number
  readonly expiresAt: number
}
export interface Starting extends Run {
  readonly phase: 'starting'
}
export interface Progressing extends Run {
  readonly phase: 'progressing'
}
export interface Holding extends Run {
  readonly phase: 'holding'
  /** Never empty; one entry per reason. */
  readonly holds: readonly Hold[]
  /** The candidate also gets copies of so many of the live requests, in basis points; absent: of none. Over with the hold. */
  readonly mirror?: number
}
export interface Returning {
  readonly phase: 'returning'
  readonly since: number
  readonly place: Place
  readonly outcome: 'returned' | 'aborted'
  readonly why: Why
  /** Ids of clusters that have not acknowledged 0 yet. */
  readonly waitingFor: readonly string[]
  readonly firstWeightAt: Readonly<Record<string, number>>
}
export interface Promoted {
  readonly phase: 'promoted'
  readonly since: number
  readonly why: Why
  /** `asks`: a gate failed, but the version before is bad itself; `ended`: the next rollout or return began. */
  readonly watch: 'none' | 'open' | 'passed' | 'failed' | 'asks' | 'ended'
  readonly watchUntil: number | null
  /** Until when the old version is kept ready at weight 0. */
  readonly warmUntil: number
  readonly firstWeightAt: Readonly<Record<string, number>>
}
export interface Ended {
  readonly phase: 'returned' | 'aborted' | 'failed' | 'cancelled'
  readonly since: number
  readonly why: Why
  /** True after `keep theirs`: the route stays as the other writer made it. */
  readonly leave: boolean
}

/** `rollout.state`: a JSON column. An illegal state does not type-check. */
export type RolloutState = AwaitingApproval | Starting | Progressing | Holding | Returning | Promoted | Ended
export type LiveRun = Starting | Progressing | Holding
