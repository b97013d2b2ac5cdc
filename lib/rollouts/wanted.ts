import type { ArmTarget } from '@/lib/endpoints/compose'
import { FULL } from '@/lib/endpoints/wish'
import { desired } from './desired'
import type { PlanDocument } from './schema'
import type { RolloutState } from './state'

/** What of an endpoint decides what it should run. */
interface Wanting {
  readonly liveVersionId: string | null
  readonly replicas: number
  /** When it was retired; null: it is served. */
  readonly removedAt: number | null
  readonly clusterIds: readonly string[]
}

interface Kept {
  readonly plan: PlanDocument
  readonly state: RolloutState
}

/**
 * The arms that each cluster should run now, by cluster id: as the live rollout's state says, else the live version alone, with the version before it warm
 * while the last rollout keeps it so; nothing of a retired endpoint. null: leave every cluster as it is. A cluster that is not in the answer is left, too.
 */
export function wantedArms(endpoint: Wanting, live: Kept | null, last: Kept | null, now: number): Map<string, ArmTarget[]> | null {
  if (endpoint.removedAt !== null) return new Map(endpoint.clusterIds.map((id) => [id, []]))
  if (live) {
    const clusters = desired(live.plan, live.state, now)
    return (
      clusters &&
      new Map(
        clusters.map(({ clusterId, arms }) => [
          clusterId,
          arms.map(({ role, versionId, weight, replicas, mirror }) => ({
            ...{ role, versionId, weight, replicas },
            ...(mirror ? { mirror } : {}),
          })),
        ]),
      )
    )
  }
  if (last && 'leave' in last.state && last.state.leave) return null
  const { liveVersionId, replicas } = endpoint
  const arms: ArmTarget[] = liveVersionId === null ? [] : [{ role: 'live', versionId: liveVersionId, weight: FULL, replicas }]
  const warm = last && warmVersion(last, liveVersionId, now)
  if (warm) arms.push({ role: 'candidate', versionId: warm, weight: 0, replicas })
  return new Map(endpoint.clusterIds.map((id) => [id, arms]))
}

function warmVersion({ plan, state }: Kept, liveVersionId: string | null, now: number): string | null {
  if (state.phase !== 'promoted' || now >= state.warmUntil || plan.to?.id !== liveVersionId) return null
  return plan.from?.id ?? null
}
