import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import { findPlaced } from '../store'
import { routedVersion } from './routed'
import type { TakeoverView } from './schema'

/** So many are looked at one by one; more are counted. */
const LISTED_MAX = 50

/** The endpoints that the engine does not write to, of the teams that the actor may read; one endpoint only, or all (oldest first, at most 50). */
export async function listTakeovers(actor: Actor, endpointId?: string): Promise<TakeoverView[]> {
  const teams = readableTeams(actor.grants)
  const rows = await db().endpoint.findMany({
    where: { readOnlySince: { not: null }, removedAt: null, id: endpointId, model: teams ? { teamId: { in: teams } } : {} },
    select: { id: true, readOnlySince: true },
    orderBy: { readOnlySince: 'asc' },
    take: LISTED_MAX,
  })
  const views = await Promise.all(rows.map((row) => viewOf(actor, row.id, row.readOnlySince)))
  return views.flatMap((view) => view ?? [])
}

async function viewOf(actor: Actor, id: string, since: Date | null): Promise<TakeoverView | null> {
  const endpoint = await findPlaced(db(), id)
  if (!endpoint?.readOnly || !since) return null
  const routed = routedVersion(endpoint)
  const version = routed ? await db().modelVersion.findUnique({ where: { id: routed }, select: { number: true } }) : null
  const { kind, at, by, host, clusters } = endpoint.readOnly
  const scope = { teamId: endpoint.teamId, environmentId: endpoint.environmentId }
  return {
    ...{ endpointId: id, model: endpoint.model, environment: endpoint.environment, kind, by, host },
    since: since.toISOString(),
    at: new Date(at).toISOString(),
    clusters: clusters.length > 0 ? clusters.map((each) => each.cluster) : endpoint.clusters.map((place) => place.cluster),
    routed: version?.number ?? null,
    may: may(actor.grants, kind === 'older-database' ? 'endpoint:confirm' : 'rollout:takeover', scope),
  }
}
