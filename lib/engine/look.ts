import { misrouted } from '@/lib/endpoints/counted/words'
import type { PlacedCluster, PlacedEndpoint } from '@/lib/endpoints/store'
import { isStillTheirs } from '@/lib/endpoints/takeover/theirs'
import type { ObservedEndpoint } from '@/lib/endpoints/wish'
import { wishHash } from '@/lib/endpoints/wish-hash'
import type { ClusterView } from '@/lib/rollouts/machine'
import type { Governing, KeptRollout } from '@/lib/rollouts/store'
import type { Claim } from './claim'
import { clusterOf, governing, placedOf } from './gathered'
import { type ClusterPorts, type Observer, type OpenCluster, openCluster } from './observer'

/** A cluster of the endpoint as this turn saw it. */
export interface SeenCluster {
  place: PlacedCluster
  /** null: it cannot be called, `reason` says why. */
  open: OpenCluster | null
  reason: string | null
  /** What the cluster says of the endpoint: null when it does not know it, or cannot be reached. */
  observed: ObservedEndpoint | null
  /** It routes by the last wish that was stored. */
  acknowledged: boolean
  /** It holds what we did not write: another writer, a rescue, or a database older than the cluster. */
  takeover: boolean
  /** Its fence is above ours: whatever we write is refused. */
  outranked: boolean
}

/** All that a turn decides from. */
export interface Look extends Governing {
  nowMs: number
  endpoint: PlacedEndpoint
  clusters: SeenCluster[]
}

/** What may be done with one cluster as soon as it was seen, before the others have answered. */
export type OnSeen = (seen: SeenCluster, live: KeptRollout | null) => Promise<void>

/** Reads the endpoint and observes its clusters side by side. null: the endpoint is gone. */
export async function look(
  ports: { clusters: ClusterPorts; observer: Observer },
  claim: Claim,
  nowMs: number,
  onSeen?: OnSeen,
): Promise<Look | null> {
  const endpoint = await placedOf(claim.endpointId)
  if (!endpoint) return null
  const deciding = await governing(endpoint.id)
  const clusters = endpoint.clusters.map(async (place): Promise<SeenCluster> => {
    const row = await clusterOf(place.clusterId)
    const cluster = row ? openCluster(ports.clusters, row) : undefined
    const result = await ports.observer.observe(place.clusterId, cluster)
    const open = cluster && 'driver' in cluster ? cluster : null
    const reason = result.ok ? result.unread.get(endpoint.id) : result.reason
    if (!result.ok || reason !== undefined)
      return { place, open: null, reason: reason ?? null, observed: null, acknowledged: false, takeover: false, outranked: false }
    const observed = result.endpoints.get(endpoint.id) ?? null
    const seen: SeenCluster = {
      place,
      open,
      reason: null,
      observed,
      acknowledged: endpoint.removedAt === null ? isAcknowledged(place, observed) : isRemoved(place, observed),
      takeover:
        endpoint.readOnly?.kind === 'older-database' || isTakeover(place, observed, claim) || isStillTheirs(endpoint, place, observed),
      outranked: observed !== null && observed.fence > claim.fence,
    }
    await onSeen?.(seen, deciding.live)
    return seen
  })
  return { nowMs, endpoint, ...deciding, clusters: await Promise.all(clusters) }
}

/** True if the cluster has stopped serving it, by the wish that was stored when it was retired. */
export function isRemoved(place: PlacedCluster, observed: ObservedEndpoint | null): boolean {
  return observed?.removed === true && observed.generation === place.generation
}

/** True if the data plane routes by the stored wish: its generation, its body, its weights. */
function isAcknowledged(place: PlacedCluster, observed: ObservedEndpoint | null): boolean {
  if (!place.wish || !observed || observed.generation !== place.generation || observed.wishHash !== wishHash(place.wish)) return false
  return place.wish.arms.every((arm) => weightOf(observed, arm.versionId) === arm.weight)
}

function isTakeover(place: PlacedCluster, observed: ObservedEndpoint | null, claim: Claim): boolean {
  if (!observed) return false
  if (observed.fence > claim.fence || observed.generation > place.generation) return true
  // What a cluster keeps of an endpoint that we removed is nobody's wish.
  return place.wish !== null && !observed.removed && observed.generation === place.generation && observed.wishHash !== wishHash(place.wish)
}

function weightOf(observed: ObservedEndpoint | null, versionId: string | undefined): number {
  return observed?.arms.find((arm) => arm.versionId === versionId)?.weight ?? 0
}

/** The plan's clusters as the machine wants them. What cannot be reached is shown as it was last seen. */
export function clusterViews(rollout: KeptRollout, { clusters, nowMs }: Look): ClusterView[] {
  const { plan } = rollout
  const seen = new Map(clusters.map((cluster) => [cluster.place.clusterId, cluster]))
  return plan.waves.map(({ clusterId }): ClusterView => {
    const cluster = seen.get(clusterId)
    const reachable = cluster?.open !== null && cluster !== undefined
    const observed = reachable ? cluster.observed : (cluster?.place.observation ?? null)
    const arm = (versionId: string | undefined) => ({
      weight: weightOf(observed, versionId),
      ready: observed?.arms.find((each) => each.versionId === versionId)?.ready ?? 0,
    })
    return {
      clusterId,
      reachable,
      seenAt: reachable ? nowMs : (cluster?.place.observedAt ?? null),
      acknowledged: reachable && cluster.acknowledged,
      candidate: arm(plan.to?.id),
      stable: arm(plan.from?.id),
      takeover: cluster?.takeover ?? false,
      outranked: cluster?.outranked ?? false,
      misrouted: (cluster && misrouted(cluster.place, nowMs)) ?? undefined,
    }
  })
}
