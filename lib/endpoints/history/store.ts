import type { Tx } from '@/lib/db'

/** What made a version live; `versionId` null: a return to no version. */
interface Promotion {
  rolloutId: string
  versionId: string | null
}

/**
 * The last promotion of each endpoint at a moment, by endpoint id; an endpoint without one then, or since it was last retired, is missing. It says what was
 * live, since a promotion and the move of the live version are one transaction, and the phase and the end of a rollout that ended are final. Of retirements
 * only the trail tells: the endpoint's own mark is cleared by the next launch.
 */
export async function promotionsAt(tx: Tx, endpointIds: readonly string[], at: Date): Promise<Map<string, Promotion>> {
  const rows = await tx.$queryRaw<(Promotion & { endpoint: string })[]>`
    select distinct on (endpoint_id) endpoint_id as endpoint, id as "rolloutId", to_version_id as "versionId" from rollout
    where endpoint_id = any(${[...endpointIds]}::uuid[]) and phase = 'promoted' and ended_at <= ${at}
      and not exists (select from audit a where a.target_kind = 'endpoint' and a.target_id = endpoint_id::text and a.verb = 'endpoint.retire'
        and a.at >= ended_at and a.at <= ${at})
    order by endpoint_id, ended_at desc, id desc`
  return new Map(rows.map(({ endpoint, ...promotion }) => [endpoint, promotion]))
}

/** The version that was live on each endpoint at a moment, by endpoint id; an endpoint without one then is missing. */
export async function liveAt(tx: Tx, endpointIds: readonly string[], at: Date): Promise<Map<string, string>> {
  const promotions = await promotionsAt(tx, endpointIds, at)
  return new Map([...promotions].flatMap(([endpoint, { versionId }]) => (versionId ? [[endpoint, versionId] as const] : [])))
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
