import type { Sql } from '@/lib/db'
import type { ObservedEndpoint } from '@/lib/endpoints/wish'
import type { Look } from './look'

/** Stores what the clusters said of the endpoint this turn. A cluster that cannot be reached keeps what it said last, with its time. */
export async function saveObservations(sql: Sql, look: Look): Promise<void> {
  for (const { place, observed, acknowledged } of look.clusters) {
    if (!observed) continue
    const acknowledgedNow = acknowledged && place.acknowledgedGeneration !== place.generation
    await saveObservation(sql, look.endpoint.id, place.clusterId, observed, look.nowMs)
    if (!acknowledgedNow) continue
    await sql.$executeRaw`
      update endpoint_cluster set acknowledged = ${JSON.stringify(observed.arms.map(({ versionId, role, weight }) => ({ versionId, role, weight })))}::jsonb,
        acknowledged_generation = ${observed.generation}, acknowledged_at = ${new Date(observed.acknowledgedAt)}
      where endpoint_id = ${look.endpoint.id}::uuid and cluster_id = ${place.clusterId}::uuid`
  }
}

async function saveObservation(sql: Sql, endpointId: string, clusterId: string, observed: ObservedEndpoint, nowMs: number): Promise<void> {
  await sql.$executeRaw`
    insert into endpoint_cluster (endpoint_id, cluster_id, observation, observed_at)
    values (${endpointId}::uuid, ${clusterId}::uuid, ${JSON.stringify(observed)}::jsonb, ${new Date(nowMs)})
    on conflict (endpoint_id, cluster_id) do update set observation = excluded.observation, observed_at = excluded.observed_at`
}
