import { db } from '@/lib/db'
import type { ApplyResult, Unreachable } from '@/lib/drivers/driver'
import { findPlaced, type PlacedCluster } from '@/lib/endpoints/store'
import { wishHash } from '@/lib/endpoints/wish-hash'
import { log } from '@/lib/log'
import type { HoldReason } from '@/lib/rollouts/schema'
import type { KeptRollout } from '@/lib/rollouts/store'
import type { Claim } from './claim'
import { isRemoved, type Look, type SeenCluster } from './look'
import { call, type OpenCluster } from './observer'

/**
 * Writes the stored wish wherever a cluster does not hold it yet, and removes a retired endpoint. Idempotent: the same wish again changes nothing, and
 * a later writer's is never overwritten. Nothing is written over a change that is not ours. Returns how many clusters were written to.
 */
export async function applyWishes(claim: Claim, look: Look): Promise<number> {
  const endpoint = await findPlaced(db(), claim.endpointId)
  if (!endpoint) return 0
  const retired = endpoint.removedAt !== null
  if (isLeft(look) && !retired) return 0
  const places = new Map(endpoint.clusters.map((place) => [place.clusterId, place]))
  const restoring = look.live !== null && 'restoring' in look.live.state && look.live.state.restoring
  const due = look.clusters.flatMap((seen): { place: PlacedCluster; open: OpenCluster }[] => {
    const place = places.get(seen.place.clusterId)
    if (!place?.wish || !seen.open || (seen.takeover && (!restoring || seen.outranked))) return []
    return (retired ? isRemoved(place, seen.observed) : holds(seen, place)) ? [] : [{ place, open: seen.open }]
  })
  const results = await Promise.all(due.map(({ place, open }) => write(claim, place, open, retired)))
  return results.filter((result) => result.ok).length
}

/**
 * The way back does not wait for a cluster that does not answer: while traffic returns, the stored wish is written to each cluster as soon as that one was
 * seen. What goes forward waits for the whole turn.
 */
export async function writeBack(claim: Claim, seen: SeenCluster, live: KeptRollout | null): Promise<void> {
  if (!live || !goesBack(live)) return
  const { place, open, takeover } = seen
  if (place.wish && open && !takeover && !holds(seen, place)) await write(claim, place, open, false)
}

const BACK: readonly HoldReason[] = ['lowered', 'wave-failed']

/** Is what is wished now less of the candidate, everywhere or on one cluster? */
function goesBack({ plan, state }: KeptRollout): boolean {
  return (
    plan.strategy === 'return' ||
    state.phase === 'returning' ||
    (state.phase === 'holding' && state.holds.some(({ reason }) => BACK.includes(reason)))
  )
}

/** Is there a cluster that does not hold what was stored for it when this turn looked? A turn in which nothing is to be written ends sooner. */
export function anyBehind({ endpoint, clusters }: Look): boolean {
  return clusters.some((seen) => (endpoint.removedAt === null ? !holds(seen, seen.place) : !isRemoved(seen.place, seen.observed)))
}

/** Somebody decided to keep another writer's route: it is theirs until the next rollout. */
function isLeft({ live, last }: Look): boolean {
  return live === null && last !== null && 'leave' in last.state && last.state.leave
}

function holds({ observed }: SeenCluster, place: PlacedCluster): boolean {
  return observed !== null && place.wish !== null && observed.generation === place.generation && observed.wishHash === wishHash(place.wish)
}

async function write(claim: Claim, place: PlacedCluster, open: OpenCluster, retired: boolean): Promise<ApplyResult | Unreachable> {
  const { wish } = place
  if (!wish) throw new Error('A cluster without a wish is not written to.')
  const whole = { ...wish, generation: place.generation, fence: claim.fence }
  const result = await call(open, (driver, target, signal) =>
    retired ? driver.remove(target, whole, signal) : driver.apply(target, whole, signal),
  )
  if (!result.ok) log.warn({ endpoint: claim.endpointId, cluster: place.cluster, result }, 'wish not taken')
  return result
}
