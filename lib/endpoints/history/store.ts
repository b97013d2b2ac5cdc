import type { Tx } from '@/lib/db'

/** The version that was live on each endpoint at a moment, by endpoint id; an endpoint without one then is missing. */
export async function liveAt(tx: Tx, endpointIds: readonly string[], at: Date): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ endpoint: string; version: string | null }[]>`
    select distinct on (endpoint_id) endpoint_id as endpoint, to_version_id as version from rollout
    where endpoint_id = any(${[...endpointIds]}::uuid[]) and phase = 'promoted' and ended_at <= ${at}
    order by endpoint_id, ended_at desc, id desc`
  return new Map(rows.flatMap(({ endpoint, version }) => (version ? [[endpoint, version] as const] : [])))
}

/** The version promoted on each endpoint before the one that is live now, by endpoint id. */
export async function liveBefore(tx: Tx, endpointIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ endpoint: string; version: string }[]>`
    select distinct on (r.endpoint_id) r.endpoint_id as endpoint, r.to_version_id as version
    from rollout r join endpoint e on e.id = r.endpoint_id
    where r.endpoint_id = any(${[...endpointIds]}::uuid[]) and r.phase = 'promoted' and r.to_version_id is not null
      and r.to_version_id is distinct from e.live_version_id
    order by r.endpoint_id, r.ended_at desc, r.id desc`
  return new Map(rows.map(({ endpoint, version }) => [endpoint, version]))
}
