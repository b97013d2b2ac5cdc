import type { PlanDocument } from './schema'
import type { RolloutState } from './state'

/** One arm as the wish should have it. `role` is the wish's: after promotion the candidate is `live`. */
export interface DesiredArm {
  readonly arm: 'stable' | 'candidate'
  readonly role: 'live' | 'candidate'
  readonly versionId: string
  readonly number: number
  readonly digest: string
  /** Basis points; the arms of a cluster add up to 10,000, or to 0 where no version is to answer. */
  readonly weight: number
  readonly replicas: number
}

export interface DesiredCluster {
  readonly clusterId: string
  readonly arms: readonly DesiredArm[]
}

/**
 * What the wish should be on every cluster of the plan. null: leave the route as it is (before a start, after `keep theirs`, under a takeover that nobody
 * answered, unless the candidate has to be lowered). Earlier waves stand at 100 %; after a stop the candidate stays 0; the old version stays warm until `warmUntil`.
 */
export function desired(_plan: PlanDocument, _state: RolloutState, _now: number): DesiredCluster[] | null {
  throw new Error('not yet')
}
