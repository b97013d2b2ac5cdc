import * as z from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { may } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import type { Taker } from '@/lib/endpoints/adopted/schema'
import { askEngine } from '@/lib/environments/engine'
import { getCluster } from '../queries'
import { type RoutesView, Survey } from './schema'

const Answer = z.union([Survey.extend({ ok: z.literal(true) }), z.object({ ok: z.literal(false), reason: z.string() })])

/** What else serves on a cluster, asked through the engine now, and which endpoints the actor may have take it over; why not, where it cannot be said. Throws not-found. */
export async function getRoutes(actor: Actor, clusterId: string): Promise<RoutesView> {
  const cluster = await getCluster(actor, clusterId)
  const [answer, takers] = await Promise.all([askEngine('survey', { clusterId: cluster.id }), takersOn(actor, cluster.id)])
  const able = { may: may(actor.grants, 'rollout:takeover', {}), takers }
  if (!answer.ok) return { survey: null, reason: answer.reason, ...able }
  const said = Answer.parse(answer.value)
  if (!said.ok) return { survey: null, reason: said.reason, ...able }
  const { ok: _, ...survey } = said
  return { survey, reason: null, ...able }
}

/** Endpoints with a live version whose environment has the cluster, by name. */
async function takersOn(actor: Actor, clusterId: string): Promise<Taker[]> {
  const rows = await db().endpoint.findMany({
    where: { removedAt: null, liveVersionId: { not: null }, environment: { clusters: { some: { clusterId } } } },
    select: {
      id: true,
      environmentId: true,
      model: { select: { slug: true, teamId: true } },
      environment: { select: { slug: true } },
      liveVersionId: true,
    },
    orderBy: [{ model: { slug: 'asc' } }, { environment: { slug: 'asc' } }],
  })
  const mine = rows.filter(({ environmentId, model }) => may(actor.grants, 'rollout:takeover', { teamId: model.teamId, environmentId }))
  const ids = mine.flatMap(({ liveVersionId }) => liveVersionId ?? [])
  const versions = await db().modelVersion.findMany({ where: { id: { in: ids } }, select: { id: true, number: true } })
  const numbers = new Map(versions.map(({ id, number }) => [id, number]))
  return mine.map(({ id, model, environment, liveVersionId }) => ({
    endpointId: id,
    model: model.slug,
    environment: environment.slug,
    number: numbers.get(liveVersionId ?? '') ?? 0,
  }))
}
