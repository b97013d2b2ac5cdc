import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import type { TeamRow } from './schema'

/** The teams that the actor may see, by name. A house has few: there are no pages. */
export async function listTeams(actor: Actor): Promise<TeamRow[]> {
  const readable = readableTeams(actor.grants)
  const rows = await db().team.findMany({
    where: readable === null ? {} : { id: { in: readable } },
    orderBy: { name: 'asc' },
    include: { _count: { select: { models: true } }, grants: { select: { memberId: true } } },
  })
  return rows.map((row) => ({
    id: row.id,
    slug: row.slug,
    name: row.name,
    members: new Set(row.grants.map((grant) => grant.memberId)).size,
    models: row._count.models,
    createdAt: row.createdAt.toISOString(),
  }))
}

/** What the teams page offers this actor. */
export function teamRights(actor: Actor): { create: boolean } {
  return { create: may(actor.grants, 'member:manage', { teamId: null, environmentId: null }) }
}
