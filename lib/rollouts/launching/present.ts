import type { Traffic } from '../preview'
import type { KeptRollout } from '../store'
import { recentCounts } from '../traffic/store'
import { recentTraffic } from './outlook'

/**
 * What the endpoint has at present on the cluster of the rollout's wave: as stable had it in the last 10 minutes, scaled up to both arms by the requests that
 * each answered in the last one. null: there is no stable version to look at, or the rollout has no position.
 */
export async function presentTraffic({ plan, state, endpointId }: KeptRollout, now: Date): Promise<Traffic | null> {
  const { from } = plan
  if (!from || !('place' in state)) return null
  const wave = plan.waves[state.place.wave]
  const stable = await recentTraffic({ endpointId, live: from, waves: [wave] }, now)
  const counts = (await recentCounts([endpointId])).filter((count) => count.clusterId === wave.clusterId)
  const own = counts.find((count) => count.versionId === from.id)?.n ?? 0
  const scale = own > 0 ? counts.reduce((sum, { n }) => sum + n, 0) / own : 1
  return { ...stable, requestsPerSecond: stable.requestsPerSecond * scale, labelsPerSecond: stable.labelsPerSecond * scale }
}
