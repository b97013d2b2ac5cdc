import { callersUrl } from '@/lib/clusters/schema'
import { countedShare } from '@/lib/rollouts/share'
import type { RecentCount } from '@/lib/rollouts/traffic/store'
import type { CountedShare } from '@/lib/rollouts/view-schema'
import { armLines, countedByGateway, isUnverified, placeLines } from './counted/words'
import type { PlacedCluster, PlacedEndpoint } from './store'
import type { ActView, ArmView, PlacedView } from './view-schema'

/** A cluster as its row says. */
interface ClusterFacts {
  location: string
  config: unknown
  seenAt: Date | null
}

/** An endpoint on its clusters: what is wanted, what is acknowledged, what was counted. */
export function placesOf(
  endpoint: PlacedEndpoint,
  clusters: ReadonlyMap<string, ClusterFacts>,
  counts: readonly RecentCount[],
  now: number,
): PlacedView[] {
  return endpoint.clusters.map((place) => {
    const facts = clusters.get(place.clusterId)
    const url = callersUrl(facts?.config)
    return {
      clusterId: place.clusterId,
      cluster: place.cluster,
      location: facts?.location ?? '',
      wave: place.wave,
      address: url ? `${url}/${endpoint.environment}/v2/models/${endpoint.model}/infer` : null,
      generation: place.generation,
      acknowledgedGeneration: place.acknowledgedGeneration,
      wishedAt: place.wishedAt === null ? null : new Date(place.wishedAt).toISOString(),
      seenAt: facts?.seenAt?.toISOString() ?? null,
      arms: armsOf(
        place,
        counts.filter((count) => count.clusterId === place.clusterId),
        now,
      ),
      traffic: placeLines(place, now),
      unverified: isUnverified(place, now),
    }
  })
}

/** Why an act may not be done now; pure. `going`: a rollout goes on or waits here. */
export function actsOf(may: { scale: boolean; retire: boolean }, going: 'live' | 'waiting' | null, retired: boolean) {
  const act = (allowed: boolean, who: string, first: string | null): ActView => {
    if (retired) return { allowed: false, why: null }
    const why = allowed ? first : who
    return { allowed: why === null, why }
  }
  return {
    scale: act(
      may.scale,
      'Engineers and SREs may scale.',
      going === 'live' ? 'A rollout is under way, and its plan says how many replicas run: scale when it has ended.' : null,
    ),
    retire: act(
      may.retire,
      'SREs may retire.',
      going === null
        ? null
        : going === 'live'
          ? 'Retire when the rollout has ended, or return it first.'
          : 'A rollout waits for approval: cancel it before you retire.',
    ),
  }
}

function armsOf(place: PlacedCluster, counts: readonly RecentCount[], now: number): ArmView[] {
  const total = counts.reduce((sum, count) => sum + count.n, 0)
  const wished = place.wish?.arms ?? []
  return wished.map((arm) => {
    const observed = place.observation?.arms.find((each) => each.versionId === arm.versionId)
    const own = counts.filter((count) => count.versionId === arm.versionId).reduce((sum, count) => sum + count.n, 0)
    return {
      versionId: arm.versionId,
      number: arm.number,
      role: arm.role,
      desired: arm.weight,
      acknowledged: observed?.weight ?? (place.observation ? 0 : null),
      counted: isUnverified(place, now) ? null : (countedShare(own, total) ?? sharedByGateway(place, arm.versionId, now)),
      compared: armLines(place, arm.versionId, arm.weight, now),
      ready: observed?.ready ?? 0,
      wanted: arm.replicas,
      replicas: observed?.replicas ?? [],
    }
  })
}

function sharedByGateway(place: PlacedCluster, versionId: string, now: number): CountedShare | null {
  const counted = countedByGateway(place, versionId, now)
  return counted && countedShare(counted.x, counted.n)
}
