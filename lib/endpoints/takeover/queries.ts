import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import { type ListedEndpoint, listPlaced } from '../store'
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
  const endpoints = await listPlaced(
    db(),
    rows.map((row) => row.id),
  )
  const sinceOf = new Map(rows.map((row) => [row.id, row.readOnlySince]))
  const views = await Promise.all(endpoints.map((endpoint) => viewOf(actor, endpoint, sinceOf.get(endpoint.id) ?? null)))
  return views.flatMap((view) => view ?? [])
}

async function viewOf(actor: Actor, endpoint: ListedEndpoint, since: Date | null): Promise<TakeoverView | null> {
  if (!since) return null
  const named = { endpointId: endpoint.id, model: endpoint.model, environment: endpoint.environment, since: since.toISOString() }
  const all = endpoint.clusters.map((place) => place.cluster)
  if (!endpoint.readOnly) {
    if (!endpoint.unreadable) return null
    const unknown = { kind: null, at: named.since, by: null, host: null, routed: null, may: false }
    return { ...named, ...unknown, clusters: all, unreadable: endpoint.unreadable }
  }
  const routed = routedVersion(endpoint)
  const version = routed ? await db().modelVersion.findUnique({ where: { id: routed }, select: { number: true } }) : null
  const { kind, at, by, host, clusters } = endpoint.readOnly
  const scope = { teamId: endpoint.teamId, environmentId: endpoint.environmentId }
  return {
    ...{ ...named, kind, by, host, unreadable: endpoint.unreadable },
    at: new Date(at).toISOString(),
    clusters: clusters.length > 0 ? clusters.map((each) => each.cluster) : all,
    routed: version?.number ?? null,
    may: endpoint.unreadable === null && may(actor.grants, kind === 'older-database' ? 'endpoint:confirm' : 'rollout:takeover', scope),
  }
}
