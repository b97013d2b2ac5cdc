import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { demand } from '@/lib/command'
import { db } from '@/lib/db'
import { invalid, notFound } from '@/lib/errors'
import { decodeCursor, encodeCursor, type Page, pageOf } from '@/lib/paging'
import { isId } from './address'
import { armSeries } from './arms'
import { driftOf } from './drift'
import { endpointsHealth } from './health'
import { listedPage } from './listed'
import { marksOf } from './marks'
import { reachOf } from './reach'
import { SAMPLES_PAGE, samplesOf } from './samples'
import type {
  DriftRow,
  EndpointSeries,
  MonitoredEndpoint,
  MonitoredFilter,
  MonitoredRow,
  SampleFilter,
  SampleRow,
  TimeRange,
} from './schema'
import { spanOf } from './span'

/** What an endpoint is called. Throws not-found for what is not there and for another team's. */
export async function monitoredEndpoint(actor: Actor, endpointId: string): Promise<MonitoredEndpoint> {
  const endpoint = isId(endpointId)
    ? await db().endpoint.findUnique({
        where: { id: endpointId },
        select: {
          id: true,
          liveVersionId: true,
          model: { select: { slug: true, name: true, teamId: true } },
          environment: { select: { slug: true, name: true } },
        },
      })
    : null
  if (!endpoint || !may(actor.grants, 'team:read', { teamId: endpoint.model.teamId })) throw notFound('such endpoint')
  demand(actor, 'team:read', { teamId: endpoint.model.teamId })
  const { model, environment, liveVersionId } = endpoint
  const live = liveVersionId ? await db().modelVersion.findUnique({ where: { id: liveVersionId }, select: { number: true } }) : null
  return {
    id: endpoint.id,
    model: model.slug,
    modelName: model.name,
    environment: environment.slug,
    environmentName: environment.name,
    live: live?.number ?? null,
  }
}

/** Series of all arms of an endpoint over a range, with its rollouts as marks and the state of what counts. Throws not-found for another team's endpoint. */
export async function endpointSeries(actor: Actor, endpointId: string, range: TimeRange): Promise<EndpointSeries> {
  await monitoredEndpoint(actor, endpointId)
  const span = spanOf(range, await databaseNow(db()))
  const [{ arms, prices, regression }, marks, clusters] = await Promise.all([
    armSeries(endpointId, span),
    marksOf(endpointId, span),
    reachOf(endpointId),
  ])
  return { from: span.from.getTime(), to: span.to.getTime(), stepMs: span.stepMs, arms, marks, prices, regression, clusters }
}

/** Drift of features and scores of an endpoint over a range. */
export async function endpointDrift(actor: Actor, endpointId: string, range: TimeRange): Promise<DriftRow[]> {
  await monitoredEndpoint(actor, endpointId)
  return driftOf(endpointId, spanOf(range, await databaseNow(db())))
}

/** Requests kept to look at, newest first, a page at a time. */
export async function endpointSamples(actor: Actor, endpointId: string, filter: SampleFilter): Promise<Page<SampleRow>> {
  await monitoredEndpoint(actor, endpointId)
  const cursor = decodeCursor(filter.after)
  const after = cursor && { at: new Date(cursor[0]), id: cursor[1] }
  if (after && (Number.isNaN(after.at.getTime()) || !isId(after.id)))
    throw invalid('after', 'This is not the cursor of a page: leave it out to begin at the first.')
  const rows = await samplesOf(endpointId, spanOf(filter, await databaseNow(db())), filter.kind, after)
  return pageOf(
    rows,
    SAMPLES_PAGE,
    (row) => encodeCursor(row.at, row.id),
    (row) => row,
  )
}

/** The endpoints that the actor may read, by name, searched and paged by key, each with its last 5 minutes. */
export async function listMonitored(actor: Actor, filter: MonitoredFilter): Promise<Page<MonitoredRow>> {
  demand(actor, 'team:read', {})
  const page = await listedPage(readableTeams(actor.grants), filter)
  const health = await endpointsHealth(page.items.map((row) => row.id))
  return {
    next: page.next,
    items: page.items.flatMap(({ id, ...row }) => {
      const own = health.get(id)
      return own ? [{ ...row, ...own }] : []
    }),
  }
}
