import { headline } from './explain'
import { launchState } from './machine'
import { planHash } from './plan-hash'
import type { PlanDocument } from './schema'
import type { Who } from './state'
import type { NewRollout } from './store'

/** A plan as the rollout that begins by it, with the first rows of its ledger. `capacity`: replicas that are ready already, by cluster id. */
export function newRollout(plan: PlanDocument, author: Who, now: Date, capacity: Readonly<Record<string, number>> = {}): NewRollout {
  const hash = planHash(plan)
  const { state: first, events } = launchState(plan, now.getTime())
  const state = first.phase === 'starting' ? { ...first, capacity } : first
  const launched = { kind: 'launched' as const, by: author, planHash: hash, approvals: plan.approvals }
  return {
    plan,
    planHash: hash,
    state,
    events: [launched, ...events],
    headline: headline(plan, state, null, now.getTime()),
    author,
    now,
  }
}
