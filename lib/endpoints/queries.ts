import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { parse } from '@/lib/command'
import { containing } from '@/lib/containing'
import { db } from '@/lib/db'
import { askEngine } from '@/lib/environments/engine'
import { notFound } from '@/lib/errors'
import { decodeCursor, encodeCursor, type Page } from '@/lib/paging'
import { LIVE_PHASES } from '@/lib/rollouts/schema'
import { recentCounts } from '@/lib/rollouts/traffic/store'
import { misrouted } from './counted/words'
import { healthOf } from './health'
import { recentOf } from './recent/store'
import { ListEndpoints } from './schema'
import { type ListedEndpoint, listPlaced, type PlacedEndpoint } from './store'
import { actsOf, placesOf } from './view'
import type { EndpointRow, EndpointView, LogsView } from './view-schema'

const RETURNS_OFFERED = 10

/** Endpoints of the teams the actor may read, newest first, by keyset, with their health. */
export async function listEndpoints(actor: Actor, raw: unknown): Promise<Page<EndpointRow>> {
  const filter = parse(ListEndpoints, raw)
  const teams = readableTeams(actor.grants)
  const has = containing(filter.q)
  const cursor = decodeCursor(filter.after)
  const rows = await db().endpoint.findMany({
    where: {
      removedAt: null,
      ...(cursor ? { id: { lt: cursor[1] } } : {}),
      model: { ...(teams ? { teamId: { in: teams } } : {}), ...(filter.model ? { slug: filter.model } : {}) },
      ...(filter.environment ? { environment: { slug: filter.environment } } : {}),
      ...(filter.q ? { OR: [{ model: { slug: has } }, { environment: { slug: has } }] } : {}),
    },
    select: { id: true },
    orderBy: { id: 'desc' },
    take: filter.limit + 1,
  })
  const ids = rows.slice(0, filter.limit).map((row) => row.id)
  const items = await rowsOf(actor, ids)
  const last = ids.at(-1)
  return { items, next: rows.length > filter.limit && last ? encodeCursor(0, last) : null }
}

async function rowsOf(actor: Actor, ids: readonly string[]): Promise<EndpointRow[]> {
  const [now, recent, endpoints, rollouts, promoted] = await Promise.all([
    databaseNow(db()),
    recentOf(ids),
    listPlaced(db(), ids),
    db().rollout.findMany({
      where: { endpointId: { in: [...ids] }, phase: { in: [...LIVE_PHASES] } },
      select: { id: true, endpointId: true, phase: true, toVersionId: true },
    }),
    db().rollout.findMany({
      where: { endpointId: { in: [...ids] }, phase: 'promoted', toVersionId: { not: null } },
      select: { endpointId: true, toVersionId: true },
      orderBy: { endedAt: 'desc' },
      take: 500,
    }),
  ])
  const versionIds = [...promoted, ...rollouts].flatMap((each) => each.toVersionId ?? [])
  const [versions, seen] = await Promise.all([
    db().modelVersion.findMany({
      where: { id: { in: [...versionIds, ...endpoints.flatMap((each) => each.liveVersionId ?? [])] } },
      select: { id: true, number: true },
    }),
    db().cluster.findMany({
      where: { id: { in: endpoints.flatMap((each) => each.clusters.map((place) => place.clusterId)) } },
      select: { id: true, seenAt: true },
    }),
  ])
  const numberOf = new Map(versions.map((version) => [version.id, version.number]))
  const seenAt = new Map(seen.map((cluster) => [cluster.id, cluster.seenAt?.getTime() ?? null]))
  return endpoints.map((endpoint): EndpointRow => {
    const live = endpoint.liveVersionId ? (numberOf.get(endpoint.liveVersionId) ?? null) : null
    const own = recent.get(endpoint.id) ?? null
    const unreadable = own?.unreadable ?? null
    const rollout = rollouts.find((each) => each.endpointId === endpoint.id)
    const before = promoted.filter((each) => each.endpointId === endpoint.id && each.toVersionId !== endpoint.liveVersionId)
    const earlier = [...new Set(before.flatMap((each) => each.toVersionId ?? []))].slice(0, RETURNS_OFFERED)
    const seenTimes = endpoint.clusters.map((place) => seenAt.get(place.clusterId) ?? null)
    const oldest = seenTimes.includes(null) ? null : Math.min(...seenTimes.map(Number))
    return {
      id: endpoint.id,
      model: endpoint.model,
      environment: endpoint.environment,
      live,
      ...healthOf({
        ...{ live, recent: own, now: now.getTime(), places: livePlaces(endpoint, seenAt) },
        unreadable: endpoint.unreadable,
        misrouted: endpoint.clusters.map((place) => misrouted(place, now.getTime())).find((says) => says !== null) ?? null,
      }),
      requests: own?.requests ?? null,
      bad: own && own.requests > 0 ? own.bad / own.requests : null,
      p95: own?.p95 ?? null,
      unreadable,
      rollout: rollout
        ? { id: rollout.id, phase: rollout.phase, to: rollout.toVersionId ? (numberOf.get(rollout.toVersionId) ?? null) : null }
        : null,
      returnTo: earlier.map((id) => ({ id, number: numberOf.get(id) ?? 0 })),
      // A return begins with what is stored: it would fail too.
      mayReturn:
        endpoint.unreadable === null &&
        may(actor.grants, 'rollout:return', { teamId: endpoint.teamId, environmentId: endpoint.environmentId }),
      seenAt: oldest === null || !Number.isFinite(oldest) ? null : new Date(oldest).toISOString(),
    }
  })
}

function livePlaces(endpoint: PlacedEndpoint, seenAt: ReadonlyMap<string, number | null>) {
  return endpoint.clusters.map((place) => {
    const observed = place.observation?.arms.find((arm) => arm.versionId === endpoint.liveVersionId)
    const wished = place.wish?.arms.find((arm) => arm.versionId === endpoint.liveVersionId)
    return {
      cluster: place.cluster,
      seenAt: seenAt.get(place.clusterId) ?? null,
      ready: observed?.ready ?? 0,
      wanted: wished?.replicas ?? 0,
    }
  })
}

async function readable(actor: Actor, id: string): Promise<ListedEndpoint> {
  const [endpoint] = await listPlaced(db(), [parse(z.uuid(), id)])
  if (!endpoint || !may(actor.grants, 'team:read', { teamId: endpoint.teamId, environmentId: endpoint.environmentId }))
    throw notFound('such endpoint')
  return endpoint
}

/** Everything on an endpoint's page but its charts and logs. Throws not-found. */
export async function getEndpoint(actor: Actor, id: string): Promise<EndpointView> {
  const endpoint = await readable(actor, id)
  const [row] = await rowsOf(actor, [endpoint.id])
  if (!row) throw notFound('such endpoint')
  const [clusters, counts, keys, environment, waiting, now] = await Promise.all([
    db().cluster.findMany({ where: { id: { in: endpoint.clusters.map((place) => place.clusterId) } } }),
    recentCounts([endpoint.id]),
    db().endpointKey.findMany({ where: { endpointId: endpoint.id }, orderBy: { createdAt: 'asc' } }),
    db().environment.findUnique({ where: { id: endpoint.environmentId }, select: { kind: true } }),
    db().rollout.count({ where: { endpointId: endpoint.id, phase: 'awaiting-approval' } }),
    databaseNow(db()),
  ])
  const scope = { teamId: endpoint.teamId, environmentId: endpoint.environmentId }
  return {
    ...row,
    environmentKind: environment?.kind ?? '',
    replicas: endpoint.replicas,
    retiredAt: endpoint.removedAt === null ? null : new Date(endpoint.removedAt).toISOString(),
    labelRate: endpoint.labelRate,
    clusters: placesOf(endpoint, new Map(clusters.map((cluster) => [cluster.id, cluster])), counts, now.getTime()),
    keys: keys.map(({ id: keyId, name, prefix, createdAt, expiresAt }) => ({
      ...{ id: keyId, name, prefix, createdAt: createdAt.toISOString() },
      expiresAt: expiresAt?.toISOString() ?? null,
    })),
    may: {
      key: may(actor.grants, 'endpoint:key', scope),
      launch: may(actor.grants, 'rollout:launch', scope),
      return: row.mayReturn,
    },
    acts: actsOf(
      { scale: may(actor.grants, 'endpoint:scale', scope), retire: may(actor.grants, 'endpoint:retire', scope) },
      row.rollout ? 'live' : waiting > 0 ? 'waiting' : null,
      endpoint.removedAt !== null,
    ),
    now: now.toISOString(),
  }
}

const LOG_LINES = 500
const EngineLogs = z.object({
  clusters: z.array(
    z.object({
      cluster: z.string(),
      ok: z.boolean(),
      reason: z.string().optional(),
      lines: z
        .array(z.object({ at: z.number(), replica: z.string(), stream: z.enum(['stdout', 'stderr', 'event']), text: z.string() }))
        .optional(),
    }),
  ),
})

/** The last 500 log lines of an endpoint's clusters, oldest first, asked through the engine; who did not answer is named. Throws not-found. */
export async function getEndpointLogs(actor: Actor, id: string): Promise<LogsView> {
  const endpoint = await readable(actor, id)
  const answer = await askEngine('logs', { endpointId: endpoint.id, limit: LOG_LINES })
  if (!answer.ok) return { lines: [], silent: [{ cluster: 'engine', reason: answer.reason }] }
  const { clusters } = EngineLogs.parse(answer.value)
  const lines = clusters.flatMap(({ cluster, lines: own = [] }) => own.map((line) => ({ ...line, cluster })))
  return {
    lines: lines.sort((a, b) => a.at - b.at).slice(-LOG_LINES),
    silent: clusters.flatMap(({ cluster, ok, reason }) => (ok ? [] : [{ cluster, reason: reason ?? 'It did not answer.' }])),
  }
}
