import { db } from '@/lib/db'
import type { ObservedEndpoint } from '@/lib/endpoints/wish'
import { wakeEndpoint } from '@/lib/events'
import { type ClusterPorts, type Observer, openClusters } from './observer'

/** Well inside the 10 s after which a page calls a cluster silent; a quiet endpoint's own turn comes too seldom for that. */
export const WATCH_EVERY_MS = 4_000

/** Observes every cluster once for all its endpoints, stores what it says and when, and wakes the endpoints that are not as they were last wished. */
export async function watchClusters(ports: ClusterPorts, observer: Observer): Promise<void> {
  const clusters = await db().cluster.findMany({ where: { removedAt: null }, select: { id: true } })
  const ids = clusters.map((cluster) => cluster.id)
  const open = await openClusters(db(), ports, ids)
  await Promise.all(
    ids.map(async (id) => {
      const result = await observer.observe(id, open.get(id))
      if (result.ok) await store(id, [...result.endpoints.values()])
    }),
  )
}

async function store(clusterId: string, observed: readonly ObservedEndpoint[]): Promise<void> {
  await db().$executeRaw`update cluster set seen_at = clock_timestamp() where id = ${clusterId}::uuid`
  const rows = observed.map((endpoint) => ({ endpoint: endpoint.endpointId, observation: endpoint }))
  await db().$executeRaw`
    update endpoint_cluster e set observation = r.observation, observed_at = clock_timestamp()
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(endpoint uuid, observation jsonb)
    where e.endpoint_id = r.endpoint and e.cluster_id = ${clusterId}::uuid`
  const places = await db().endpointCluster.findMany({
    where: { clusterId, wishedAt: { not: null }, endpoint: { leaseOwner: null } },
    select: { endpointId: true, generation: true },
  })
  const seen = new Map(observed.map((endpoint) => [endpoint.endpointId, endpoint.generation]))
  for (const place of places) if (seen.get(place.endpointId) !== place.generation) await wakeEndpoint(db(), place.endpointId)
}
