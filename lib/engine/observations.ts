import type { Sql } from '@/lib/db'
import type { Look } from './look'

/** Stores what the clusters said of the endpoint this turn, in one statement. A cluster that cannot be reached keeps what it said last, with its time. */
export async function saveObservations(sql: Sql, look: Look): Promise<void> {
  const rows = look.clusters.flatMap(({ place, observed, acknowledged }) => {
    if (!observed) return []
    const first = acknowledged && place.acknowledgedGeneration !== place.generation
    const arms = observed.arms.map(({ versionId, role, weight }) => ({ versionId, role, weight }))
    return [{ cluster: place.clusterId, observation: observed, acknowledged: first ? arms : null, at: observed.acknowledgedAt }]
  })
  if (rows.length === 0) return
  await sql.$executeRaw`
    insert into endpoint_cluster as e (endpoint_id, cluster_id, observation, observed_at, acknowledged, acknowledged_generation, acknowledged_at)
    select ${look.endpoint.id}::uuid, r.cluster, r.observation, ${new Date(look.nowMs)}, r.acknowledged,
      case when r.acknowledged is not null then (r.observation ->> 'generation')::int end,
      case when r.acknowledged is not null then to_timestamp(r.at / 1000) end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(cluster uuid, observation jsonb, acknowledged jsonb, at float8)
    on conflict (endpoint_id, cluster_id) do update set observation = excluded.observation, observed_at = excluded.observed_at,
      acknowledged = coalesce(excluded.acknowledged, e.acknowledged),
      acknowledged_generation = coalesce(excluded.acknowledged_generation, e.acknowledged_generation),
      acknowledged_at = coalesce(excluded.acknowledged_at, e.acknowledged_at)`
}
