import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { containing, literally } from '@/lib/containing'
import { db } from '@/lib/db'
import type { Prisma } from '@/lib/generated/prisma/client'
import type { AuditFilter, AuditPage, AuditRow } from './schema'

const PAGE = 50

/**
 * The trail, newest first, 50 a page. People see what was done in their teams and environments, on the house's environments and
 * clusters, and by themselves; the rest (members, sign-ins, other teams) only those who read all teams.
 */
export async function listAudit(actor: Actor, filter: AuditFilter): Promise<AuditPage> {
  const rows = await db().audit.findMany({
    where: { AND: [visible(actor), matching(filter), await within(filter.environment)] },
    // The id is a UUIDv7: it breaks ties in the order of writing.
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: PAGE + 1,
  })
  const shown = rows.slice(0, PAGE)
  const last = shown.at(-1)
  return {
    rows: await toRows(shown),
    nextCursor: rows.length > PAGE && last ? `${last.at.getTime()}_${last.id}` : null,
  }
}

function visible(actor: Actor): Prisma.AuditWhereInput {
  // Prisma drops an empty condition from an OR: what sees everything must not be a part of one.
  if (actor.grants.some((grant) => grant.teamId === null && grant.environmentId === null)) return {}
  const mine: Prisma.AuditWhereInput = { actorId: { in: [actor.id, actor.memberId ?? actor.id] } }
  const granted = actor.grants.map<Prisma.AuditWhereInput>((grant) => ({
    ...(grant.teamId === null ? {} : { teamId: grant.teamId }),
    ...(grant.environmentId === null ? {} : { OR: [{ environmentId: grant.environmentId }, { environmentId: null }] }),
  }))
  const shared: Prisma.AuditWhereInput = { teamId: null, targetKind: { in: ['environment', 'cluster'] } }
  return { OR: [mine, ...granted, ...(granted.length > 0 ? [shared] : [])] }
}

function matching({ who, verb, target, from, to, cursor }: AuditFilter): Prisma.AuditWhereInput {
  const where: Prisma.AuditWhereInput[] = []
  if (who) where.push({ OR: [{ actorName: containing(who) }, { signedInAs: containing(who) }] })
  if (verb) where.push({ verb: { startsWith: literally(verb) } })
  if (target) where.push({ OR: [{ targetName: containing(target) }, { targetId: target }, { targetKind: target }] })
  if (from || to) where.push({ at: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } })
  const after = readCursor(cursor)
  if (after) where.push({ OR: [{ at: { lt: after.at } }, { at: after.at, id: { lt: after.id } }] })
  return { AND: where }
}

/** What was done in an environment, and to it. One that is not there has no acts. */
async function within(slug: string | undefined): Promise<Prisma.AuditWhereInput> {
  if (!slug) return {}
  const environment = await db().environment.findFirst({ where: { slug, removedAt: null }, select: { id: true } })
  if (!environment) return { id: { in: [] } }
  return { OR: [{ environmentId: environment.id }, { targetKind: 'environment', targetId: environment.id }] }
}

function readCursor(cursor: string | undefined): { at: Date; id: string } | null {
  const [ms, id] = (cursor ?? '').split('_')
  const read = z.object({ at: z.coerce.number().int().positive(), id: z.uuid() }).safeParse({ at: ms, id })
  return read.success ? { at: new Date(read.data.at), id: read.data.id } : null
}

async function toRows(rows: Prisma.AuditGetPayload<object>[]): Promise<AuditRow[]> {
  const ids = (key: 'teamId' | 'environmentId') => [...new Set(rows.flatMap((row) => row[key] ?? []))]
  const [teams, environments] = await Promise.all([
    db().team.findMany({ where: { id: { in: ids('teamId') } }, select: { id: true, name: true } }),
    db().environment.findMany({ where: { id: { in: ids('environmentId') } }, select: { id: true, name: true } }),
  ])
  const nameOf = new Map([...teams, ...environments].map((row) => [row.id, row.name]))
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    who: row.actorName,
    whoKind: row.actorKind,
    signedInAs: row.signedInAs,
    verb: row.verb,
    targetKind: row.targetKind,
    targetId: row.targetId,
    targetName: row.targetName,
    team: row.teamId ? (nameOf.get(row.teamId) ?? row.teamId) : null,
    environment: row.environmentId ? (nameOf.get(row.environmentId) ?? row.environmentId) : null,
    detail: detailLines(row.detail),
    requestId: row.requestId,
  }))
}

function detailLines(detail: Prisma.JsonValue): { label: string; value: string }[] {
  if (detail === null || typeof detail !== 'object' || Array.isArray(detail)) return []
  return Object.entries(detail).map(([label, value]) => ({ label, value: typeof value === 'string' ? value : JSON.stringify(value) }))
}
