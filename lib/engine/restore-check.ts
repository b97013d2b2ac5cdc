import { db } from '@/lib/db'
import type { ObservedEndpoint } from '@/lib/endpoints/wish'
import { env } from '@/lib/env'
import { type ClusterPorts, type Observer, openClusters } from './observer'
import { allReadOnly } from './read-only'
import { findAct } from './rescue/act'
import { RESCUE_FENCE } from './rescue/perform'

interface Held {
  endpointId: string
  generation: number
  fence: number
}

/**
 * Looks once at each cluster, as soon as it can be reached: a cluster that holds a later wish than the database knows of, and that no hand wrote, says that the
 * database was restored from a backup.
 */
export class RestoreCheck {
  readonly #checked = new Set<string>()

  constructor(
    private readonly ports: ClusterPorts,
    private readonly observer: Observer,
    private readonly now: () => Promise<number>,
  ) {}

  async look(): Promise<void> {
    const clusters = await db().cluster.findMany({ where: { removedAt: null }, select: { id: true, name: true } })
    const waiting = clusters.filter((cluster) => !this.#checked.has(cluster.id))
    if (waiting.length === 0) return
    const open = await openClusters(
      db(),
      this.ports,
      waiting.map((cluster) => cluster.id),
    )
    for (const { id, name } of waiting) {
      const result = await this.observer.observe(id, open.get(id))
      if (!result.ok) continue
      this.#checked.add(id)
      const later = await laterThanStored(id, result.endpoints)
      if (later > 0) await allReadOnly(await this.now(), `${name} holds later wishes of ${later} endpoints than this database knows.`)
    }
  }
}

/** How many endpoints the cluster knows of in a later state than the database, without a hand of somebody who said so. */
async function laterThanStored(clusterId: string, observed: ReadonlyMap<string, ObservedEndpoint>): Promise<number> {
  const stored = await db().$queryRaw<Held[]>`
    select e.id as "endpointId", coalesce(c.generation, 0) as generation, e.fence::float8 as fence
    from endpoint e left join endpoint_cluster c on c.endpoint_id = e.id and c.cluster_id = ${clusterId}::uuid
    where e.read_only_since is null and e.removed_at is null`
  let later = 0
  for (const held of stored) {
    const seen = observed.get(held.endpointId)
    if (!seen || (seen.generation <= held.generation && seen.fence <= held.fence)) continue
    if (seen.byHand || looksLikeRescue(seen, held) || (await findAct(env().SLIPWAY_DATA_DIR, held.endpointId, [seen.fence]))) continue
    later += 1
  }
  return later
}

/** A rescue on another engine's host left no note here: it is known by its leap. */
function looksLikeRescue(seen: ObservedEndpoint, held: Held): boolean {
  return seen.fence - held.fence >= RESCUE_FENCE && seen.generation - held.generation <= 1
}
