import type { PoolClient } from 'pg'
import { Problem } from '@/lib/errors'
import type { Flush, SeriesRole } from './flush'

/** What names a series, apart from its cluster. */
interface SeriesKey {
  endpointId: string
  versionId: string
  role: SeriesRole
  segment: number
}

export function seriesKeyText(key: SeriesKey): string {
  return `${key.endpointId}/${key.versionId}/${key.role}/${key.segment}`
}

/**
 * Ids of all series that a flush names, made where they are new. Refuses the whole flush if one of them is not of an endpoint that runs on this cluster,
 * or its version is of another model: a source writes only its own series.
 */
export async function resolveSeries(client: PoolClient, clusterId: string, flush: Flush): Promise<Map<string, number>> {
  const keys = new Map<string, SeriesKey>()
  // A prediction's segment stands beside it: its series is that of all requests.
  const predictions = flush.predictions.map((row) => ({ ...row, segment: 0 }))
  for (const row of [...flush.windows, ...flush.features, ...predictions, ...flush.samples]) keys.set(seriesKeyText(row), row)
  if (keys.size === 0) return new Map()
  const wanted = [...keys.values()].sort((a, b) => (seriesKeyText(a) < seriesKeyText(b) ? -1 : 1))
  const columns = [
    wanted.map((key) => key.endpointId),
    wanted.map((key) => key.versionId),
    wanted.map((key) => key.role),
    wanted.map((key) => key.segment),
  ]
  const find = `with k as (select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[]) as k(endpoint_id, version_id, role, segment))
    select s.id, s.endpoint_id as "endpointId", s.version_id as "versionId", s.role, s.segment from telemetry.series s join k using (endpoint_id, version_id, role, segment)
    where s.cluster_id = $1`
  const known = await client.query<SeriesKey & { id: number }>(find, [clusterId, ...columns])
  if (known.rows.length === keys.size) return index(known.rows)
  const allowed = await client.query(
    `insert into telemetry.series (cluster_id, endpoint_id, version_id, role, segment)
     select $1, k.endpoint_id, k.version_id, k.role, k.segment
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int[]) as k(endpoint_id, version_id, role, segment)
     join endpoint_cluster ec on ec.endpoint_id = k.endpoint_id and ec.cluster_id = $1
     join endpoint e on e.id = k.endpoint_id join model_version v on v.id = k.version_id and v.model_id = e.model_id
     on conflict do nothing`,
    [clusterId, ...columns],
  )
  const all = await client.query<SeriesKey & { id: number }>(find, [clusterId, ...columns])
  if (all.rows.length === keys.size) return index(all.rows)
  const found = index(all.rows)
  const foreign = wanted.find((key) => !found.has(seriesKeyText(key)))
  const detail = foreign ? `${foreign.endpointId} (version ${foreign.versionId})` : `${allowed.rowCount} series`
  throw new Problem(
    'forbidden',
    `This source may not write the series of endpoint ${detail}: that endpoint does not run on its cluster. Nothing was stored.`,
  )
}

function index(rows: (SeriesKey & { id: number })[]): Map<string, number> {
  return new Map(rows.map((row) => [seriesKeyText(row), row.id]))
}
