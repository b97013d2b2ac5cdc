import type { Tx } from '@/lib/db'
import type { PlacedEndpoint } from '@/lib/endpoints/store'
import { findMisplacing, type Place } from '@/lib/environments/data-class/store'
import { wakeEndpoint } from '@/lib/events'
import { advance } from '../machine'
import { LIVE_PHASES, type PlanDocument } from '../schema'
import type { Who } from '../state'
import { lockEndpoint, releaseLease, rolloutName, settle } from '../steering/store'
import { findLive } from '../store'

/** Where a plan puts a version of the endpoint's model. */
export function placeOf({ modelId, environmentId }: PlacedEndpoint, plan: PlanDocument): Place {
  return { modelId, environmentId, clusterIds: plan.waves.map((wave) => wave.clusterId) }
}

/**
 * Makes a change of a data class, and pauses the rollouts under way that bring data where it may not be since: no further wave begins before a person looked.
 * Returns their names. Whoever starts a rollout holds its endpoint before the classes, so the endpoints are held first here too.
 */
export async function pauseMisplaced(
  tx: Tx,
  where: { modelId: string } | { environmentId: string },
  { by, now, change }: { by: Who; now: Date; change: () => Promise<unknown> },
): Promise<string[]> {
  const going = { ...where, rollouts: { some: { phase: { in: [...LIVE_PHASES] } } } }
  const ids = await tx.endpoint.findMany({ where: going, select: { id: true }, orderBy: { id: 'asc' } })
  const endpoints: PlacedEndpoint[] = []
  for (const { id } of ids) endpoints.push(await lockEndpoint(tx, id))
  await change()
  const paused: string[] = []
  for (const endpoint of endpoints) {
    const rollout = await findLive(tx, endpoint.id)
    // What goes back brings nothing where it was not.
    if (!rollout || rollout.plan.strategy === 'return' || rollout.state.phase === 'returning') continue
    const reason = await findMisplacing(tx, placeOf(endpoint, rollout.plan))
    const moved = reason ? advance(rollout.plan, rollout.state, { kind: 'pause', by, reason }, now.getTime()) : null
    if (!moved?.ok) continue
    await settle(tx, endpoint, [{ rollout, next: moved.next, events: moved.events }], now)
    await releaseLease(tx, endpoint.id)
    await wakeEndpoint(tx, endpoint.id)
    paused.push(rolloutName(rollout.plan))
  }
  return paused
}
