import { FULL } from '@/lib/endpoints/wish'
import type { PlanDocument } from './schema'
import type { LiveRun, RolloutState } from './state'
import { stepsAt } from './steps'

/** One arm as the wish should have it. `role` is the wish's: after promotion the candidate is `live`. */
interface DesiredArm {
  readonly arm: 'stable' | 'candidate'
  readonly role: 'live' | 'candidate'
  readonly versionId: string
  readonly number: number
  readonly digest: string
  /** Basis points; the arms of a cluster add up to 10,000, or to 0 where no version is to answer. */
  readonly weight: number
  readonly replicas: number
  /** Basis points of the live requests that it also gets copies of; absent: none. */
  readonly mirror?: number
}

interface DesiredCluster {
  readonly clusterId: string
  readonly arms: readonly DesiredArm[]
}

/**
 * What the wish should be on every cluster of the plan. null: leave the route as it is (before a start, after `keep theirs`, while another writer's change
 * waits for a person). Earlier waves stand at 100 %; after a stop the candidate stays at 0; the old version is kept ready at 0 until `warmUntil`.
 */
export function desired(plan: PlanDocument, state: RolloutState, now: number): DesiredCluster[] | null {
  switch (state.phase) {
    case 'awaiting-approval':
    case 'cancelled':
      return null
    case 'starting':
    case 'progressing':
    case 'holding':
      if (state.phase === 'holding' && state.holds.some((hold) => hold.reason === 'takeover')) return null
      return plan.waves.map((_, i) => {
        const share = wantedWeight(plan, state, i)
        // Only where the candidate stands beside a live version: earlier waves have nothing left to copy, later ones nobody to copy to.
        const mirror = state.phase === 'holding' && i === state.place.wave ? state.mirror : undefined
        const started = i <= state.place.wave || plan.strategy === 'return'
        return cluster(plan, i, { candidate: share, stable: FULL - share, started, mirror })
      })
    case 'returning':
      return plan.waves.map((_, i) => cluster(plan, i, { candidate: 0, stable: FULL, started: i <= state.place.wave }))
    case 'promoted':
      return plan.waves.map((_, i) =>
        cluster(plan, i, { candidate: FULL, stable: 0, started: true, live: true, warm: now < state.warmUntil }),
      )
    default:
      return state.leave ? null : plan.waves.map((_, i) => cluster(plan, i, { candidate: 0, stable: FULL, started: false }))
  }
}

/** Basis points that the candidate should have on wave `wave`'s cluster. A return follows the capacity that is ready. */
export function wantedWeight(plan: PlanDocument, state: LiveRun, wave: number): number {
  const target = plan.waves[wave]
  if (plan.strategy === 'return') {
    if (plan.to === null) return FULL
    const ready = Math.min(target.replicas, state.capacity[target.clusterId] ?? 0)
    // Without a version to share with, whoever is ready takes all.
    if (plan.from === null) return ready > 0 ? FULL : 0
    return Math.floor((FULL * ready) / target.replicas)
  }
  if (wave !== state.place.wave) return wave < state.place.wave ? FULL : 0
  return state.place.step === null ? 0 : stepsAt(plan, wave)[state.place.step]
}

interface Wanted {
  candidate: number
  stable: number
  /** The candidate runs there. */
  started: boolean
  live?: boolean
  mirror?: number
  /** false: the old version is stopped. */
  warm?: boolean
}

function cluster(plan: PlanDocument, wave: number, wanted: Wanted): DesiredCluster {
  const { clusterId, replicas } = plan.waves[wave]
  const { candidate, stable, started, live = false, warm = true, mirror } = wanted
  const arms: DesiredArm[] = []
  if (plan.from && warm) {
    const { id, number, digest } = plan.from
    arms.push({ arm: 'stable', role: live ? 'candidate' : 'live', versionId: id, number, digest, weight: stable, replicas })
  }
  if (plan.to && started) {
    const { id, number, digest } = plan.to
    const role = live ? 'live' : 'candidate'
    const copies = mirror ? { mirror } : {}
    arms.push({ arm: 'candidate', role, versionId: id, number, digest, weight: candidate, replicas, ...copies })
  }
  return { clusterId, arms }
}
