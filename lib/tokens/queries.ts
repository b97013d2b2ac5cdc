import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { db } from '@/lib/db'
import { TOKEN_SCOPES, type TokenRow } from './schema'

/** The tokens of the teams in which the actor manages tokens, newest first: at most 200, as many as anyone should have. */
export async function listTokens(actor: Actor): Promise<TokenRow[]> {
  const readable = readableTeams(actor.grants)
  const managed = readable?.filter((teamId) => may(actor.grants, 'token:manage', { teamId })) ?? null
  const rows = await db().apiToken.findMany({
    where: managed === null && may(actor.grants, 'token:manage', { teamId: null }) ? {} : { teamId: { in: managed ?? [] } },
    orderBy: { createdAt: 'desc' },
    take: 200,
    include: { team: { select: { name: true } } },
  })
  const makers = await db().member.findMany({ where: { id: { in: rows.map((row) => row.createdById) } }, select: { id: true, name: true } })
  const nameOf = new Map(makers.map((maker) => [maker.id, maker.name]))
  const now = await databaseNow(db())
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    team: row.team?.name ?? null,
    scopes: row.scopes,
    createdBy: nameOf.get(row.createdById) ?? 'a former member',
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    state: row.revokedAt ? 'revoked' : row.expiresAt <= now ? 'expired' : 'active',
    revocable: !row.revokedAt && (row.createdById === actor.memberId || may(actor.grants, 'member:manage', { teamId: row.teamId })),
  }))
}

/** Where the actor may make tokens (null: for all teams), and what each may hold there. Empty: nowhere. */
export async function tokenChoices(actor: Actor): Promise<{ teamId: string | null; team: string; scopes: string[] }[]> {
  const teams = await db().team.findMany({ orderBy: { name: 'asc' }, select: { id: true, name: true } })
  const places = [...teams.map((team) => ({ teamId: team.id, team: team.name })), { teamId: null, team: 'All teams' }]
  return places
    .filter(({ teamId }) => actor.kind === 'member' && may(actor.grants, 'token:manage', { teamId }))
    .map((place) => ({ ...place, scopes: TOKEN_SCOPES.filter((scope) => may(actor.grants, scope, { teamId: place.teamId })) }))
}
