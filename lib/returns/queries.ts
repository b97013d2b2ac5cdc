import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { parse } from '@/lib/command'
import { containing } from '@/lib/containing'
import { db } from '@/lib/db'
import { liveAt, liveBefore } from '@/lib/endpoints/history/store'
import { type ListedEndpoint, listPlaced, type PlacedEndpoint } from '@/lib/endpoints/store'
import { notFound } from '@/lib/errors'
import { capital } from '@/lib/format'
import { LIVE_PHASES } from '@/lib/rollouts/schema'
import { startSeconds } from './measured'
import { BULK_MAX, type BulkItemView, type BulkReturnView, type ItemState, PreviewReturns, type ReturnPreview } from './schema'
import { undoRefusal } from './store'

interface LiveRow {
  endpointId: string
  strategy: string
  toVersionId: string | null
}

/** What a bulk return would do, endpoint by endpoint, of the teams that the actor may read: at most 200, by name. */
export async function previewReturns(actor: Actor, raw: unknown): Promise<ReturnPreview[]> {
  const { q, environment, at } = parse(PreviewReturns, raw)
  const teams = readableTeams(actor.grants)
  const has = containing(q)
  const rows = await db().endpoint.findMany({
    where: {
      removedAt: null,
      model: teams ? { teamId: { in: teams } } : {},
      ...(environment ? { environment: { slug: environment } } : {}),
      ...(q ? { OR: [{ model: { slug: has } }, { environment: { slug: has } }] } : {}),
    },
    select: { id: true },
    orderBy: [{ model: { slug: 'asc' } }, { environment: { slug: 'asc' } }],
    take: BULK_MAX,
  })
  const ids = rows.map((row) => row.id)
  const [targets, live, endpoints] = await Promise.all([
    at ? liveAt(db(), ids, new Date(at)) : liveBefore(db(), ids),
    db().rollout.findMany({
      where: { endpointId: { in: ids }, phase: { in: [...LIVE_PHASES] } },
      select: { endpointId: true, strategy: true, toVersionId: true },
    }),
    listPlaced(db(), ids),
  ])
  const under = new Map<string, LiveRow>(live.map((row) => [row.endpointId, row]))
  // A rollout under way is stopped before anything earlier is asked for.
  const target = (endpoint: PlacedEndpoint) =>
    !at && under.has(endpoint.id) && under.get(endpoint.id)?.strategy !== 'return'
      ? endpoint.liveVersionId
      : (targets.get(endpoint.id) ?? null)
  const versionIds = endpoints
    .flatMap((each) => [each.liveVersionId, target(each), under.get(each.id)?.toVersionId ?? null])
    .flatMap((id) => id ?? [])
  const [numbers, seconds] = await Promise.all([numbersOf(versionIds), startSeconds(db(), versionIds)])
  return endpoints.map((endpoint) =>
    previewOf(actor, endpoint, { to: target(endpoint), under: under.get(endpoint.id), numbers, seconds, at }),
  )
}

function previewOf(
  actor: Actor,
  endpoint: ListedEndpoint,
  parts: {
    to: string | null
    under: LiveRow | undefined
    numbers: ReadonlyMap<string, number>
    seconds: ReadonlyMap<string, number>
    at: string
  },
): ReturnPreview {
  const { to, under, numbers, seconds, at } = parts
  const { id: endpointId, model, environment, liveVersionId } = endpoint
  const number = (id: string | null) => (id === null ? null : (numbers.get(id) ?? null))
  const stays = to !== null && to === liveVersionId && !under
  const none = to === null ? (at ? 'No version was live here then.' : 'Nothing was promoted here before.') : stays ? 'Live already.' : null
  const unread = endpoint.unreadable ? `${capital(endpoint.unreadable)}.` : null
  const barred = unread ?? (endpoint.readOnly ? 'Read-only: somebody else changed its route.' : null)
  const says = barred ?? none ?? (under ? `Ends the rollout to v${number(under.toVersionId) ?? '?'}.` : null)
  const warm = to === null ? null : isWarm(endpoint, to)
  return {
    ...{ endpointId, model, environment, from: number(liveVersionId), says, warm },
    to: none || barred ? null : number(to),
    seconds: to === null ? null : warm ? 0 : (seconds.get(to) ?? null),
    may: may(actor.grants, 'rollout:return', { teamId: endpoint.teamId, environmentId: endpoint.environmentId }),
  }
}

/** Ready on every cluster with all the replicas that the live version has there. */
function isWarm({ clusters, replicas }: PlacedEndpoint, versionId: string): boolean {
  return (
    clusters.length > 0 &&
    clusters.every((place) => (place.observation?.arms.find((arm) => arm.versionId === versionId)?.ready ?? 0) >= replicas)
  )
}

async function numbersOf(ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await db().modelVersion.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, number: true } })
  return new Map(rows.map((row) => [row.id, row.number]))
}

/** A bulk return with how far each endpoint is; only the endpoints that the actor may read. Throws not-found. */
export async function getBulkReturn(actor: Actor, id: string): Promise<BulkReturnView> {
  const row = await db().bulkReturn.findUnique({
    where: { id: parse(z.uuid(), id) },
    include: {
      items: {
        include: {
          endpoint: { select: { model: { select: { slug: true, teamId: true } }, environment: { select: { id: true, slug: true } } } },
        },
      },
    },
  })
  const items = (row?.items ?? []).filter(({ endpoint }) =>
    may(actor.grants, 'team:read', { teamId: endpoint.model.teamId, environmentId: endpoint.environment.id }),
  )
  if (!row || items.length === 0) throw notFound('such bulk return')
  const [numbers, rollouts] = await Promise.all([
    numbersOf(items.flatMap((item) => [item.toVersionId, item.fromVersionId ?? []].flat())),
    db().rollout.findMany({ where: { id: { in: items.flatMap((item) => item.rolloutId ?? []) } }, select: { id: true, phase: true } }),
  ])
  const phases = new Map(rollouts.map((rollout) => [rollout.id, rollout.phase]))
  const views = await Promise.all(
    items.map(async (item): Promise<BulkItemView> => {
      const { endpointId, endpoint, rolloutId, refused, undoRolloutId, undoRefused } = item
      return {
        ...{ endpointId, model: endpoint.model.slug, environment: endpoint.environment.slug, rolloutId, refused },
        from: item.fromVersionId === null ? null : (numbers.get(item.fromVersionId) ?? null),
        to: numbers.get(item.toVersionId) ?? 0,
        state: stateOf(rolloutId && (phases.get(rolloutId) ?? null), refused, item.fromVersionId === item.toVersionId),
        undo: undoRolloutId || undoRefused ? { rolloutId: undoRolloutId, refused: undoRefused } : null,
        undoable: undoRolloutId === null && (await undoRefusal(db(), item)) === null,
      }
    }),
  )
  views.sort((a, b) => (`${a.model} ${a.environment}` < `${b.model} ${b.environment}` ? -1 : 1))
  const { toTime, reason, authorName: author, createdAt, undoneAt } = row
  return {
    ...{ id: row.id, at: toTime?.toISOString() ?? null, reason, author },
    ...{ createdAt: createdAt.toISOString(), undoneAt: undoneAt?.toISOString() ?? null, items: views },
  }
}

/** A stopped rollout is done when it ended; a return when it is promoted. Anything else that ended did not get there. */
function stateOf(phase: string | null, refused: string | null, stopped: boolean): ItemState {
  if (phase === null) return refused === null ? 'waiting' : 'refused'
  if (LIVE_PHASES.some((each) => each === phase)) return 'returning'
  return stopped || phase === 'promoted' ? 'done' : 'ended'
}
