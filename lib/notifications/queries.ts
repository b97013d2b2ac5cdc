import type { Actor } from '@/lib/auth/actor'
import { may } from '@/lib/auth/permissions'
import { parse } from '@/lib/command'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import type { Prisma } from '@/lib/generated/prisma/client'
import { decodeCursor, encodeCursor, type Page, pageOf } from '@/lib/paging'
import { type DeliveryRow, ListDeliveries, type WebhookRow } from './schema'
import { DELIVERY_FIELDS, deliveryRow, stateOf } from './view'

/** The teams whose webhooks the actor manages, by name. Empty: none. */
export async function webhookTeams(actor: Actor): Promise<{ id: string; name: string }[]> {
  const teams = await db().team.findMany({ orderBy: { name: 'asc' }, select: { id: true, name: true } })
  return teams.filter(({ id }) => may(actor.grants, 'webhook:manage', { teamId: id }))
}

async function managed(actor: Actor): Promise<Prisma.WebhookWhereInput> {
  return { teamId: { in: (await webhookTeams(actor)).map(({ id }) => id) }, removedAt: null }
}

/** The webhooks of the teams in which the actor manages them, newest first: at most 200. An address may hold a secret of its own, so nobody else reads it. */
export async function listWebhooks(actor: Actor): Promise<WebhookRow[]> {
  const rows = await db().webhook.findMany({
    where: await managed(actor),
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 200,
    select: {
      ...{ id: true, name: true, url: true, authorName: true, createdAt: true },
      team: { select: { name: true } },
      _count: { select: { deliveries: { where: { nextAt: { not: null } } } } },
      deliveries: { where: { triedAt: { not: null } }, orderBy: { triedAt: 'desc' }, take: 1 },
    },
  })
  return rows.map(({ id, name, url, authorName, createdAt, team, _count, deliveries: [last] }) => ({
    ...{ id, name, url, team: team.name, author: authorName, createdAt: createdAt.toISOString(), waiting: _count.deliveries },
    last: last?.triedAt ? { at: last.triedAt.toISOString(), state: stateOf(last), error: last.error } : null,
  }))
}

/** What was sent, or waits to be, newest first, by keyset; of removed webhooks nothing. Throws not-found for one that the actor does not manage. */
export async function listDeliveries(actor: Actor, raw: unknown): Promise<Page<DeliveryRow>> {
  const filter = parse(ListDeliveries, raw)
  const own = await managed(actor)
  if (filter.webhookId && (await db().webhook.count({ where: { AND: [own, { id: filter.webhookId }] } })) === 0)
    throw notFound('such webhook')
  const cursor = decodeCursor(filter.after)
  const at = cursor ? new Date(cursor[0]) : null
  const rows = await db().webhookDelivery.findMany({
    where: {
      webhook: { ...own, ...(filter.webhookId ? { id: filter.webhookId } : {}) },
      ...(cursor && at ? { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: cursor[1] } }] } : {}),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: filter.limit + 1,
    select: DELIVERY_FIELDS,
  })
  return pageOf(rows, filter.limit, (row) => encodeCursor(row.createdAt.toISOString(), row.id), deliveryRow)
}
