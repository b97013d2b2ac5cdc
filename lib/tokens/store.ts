import type { Actor } from '@/lib/auth/actor'
import { toGrant } from '@/lib/auth/member-actor'
import type { Grant, Permission } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { db } from '@/lib/db'
import { Problem } from '@/lib/errors'
import { sameHash, tokenHash, tokenPrefix } from './secret'

/** `last used` is written at most this often per token: reads must not become writes. */
const LAST_USED_EVERY_MS = 60_000

/**
 * Who an API token stands for: its maker, with what the maker may do now, within the token's team and scopes. Throws
 * `unauthenticated` with the reason when it is malformed, unknown, revoked, expired, or its maker is disabled.
 */
export async function tokenActor(token: string): Promise<Actor> {
  const prefix = tokenPrefix(token)
  if (!prefix) throw new Problem('unauthenticated', 'This is not an API token of Slipway: it is cut or mistyped.')
  const row = await db().apiToken.findUnique({ where: { prefix } })
  if (!row || !sameHash(row.hash, tokenHash(token))) throw new Problem('unauthenticated', 'This API token is not known here.')
  if (row.revokedAt) throw new Problem('unauthenticated', `This API token was revoked on ${day(row.revokedAt)}.`)
  const now = await databaseNow(db())
  if (row.expiresAt <= now) throw new Problem('unauthenticated', `This API token expired on ${day(row.expiresAt)}. Make a new one.`)
  const maker = await db().member.findFirst({
    where: { id: row.createdById, disabledAt: null },
    select: { id: true, name: true, grants: { select: { role: true, teamId: true, environmentId: true } } },
  })
  if (!maker) throw new Problem('unauthenticated', 'The member who made this API token is disabled.')
  await noteUse(row.id, row.lastUsedAt, now)
  return {
    kind: 'token',
    id: row.id,
    memberId: maker.id,
    name: `${maker.name}, by token "${row.name}"`,
    signedInAs: null,
    grants: withinTeam(maker.grants.map(toGrant), row.teamId),
    scopes: row.scopes as Permission[],
  }
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10)
}

async function noteUse(id: string, lastUsedAt: Date | null, now: Date): Promise<void> {
  if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < LAST_USED_EVERY_MS) return
  await db().apiToken.updateMany({ where: { id }, data: { lastUsedAt: now } })
}

/** The part of the grants that lies in one team; null: all of them. */
function withinTeam(grants: readonly Grant[], teamId: string | null): Grant[] {
  if (teamId === null) return [...grants]
  return grants.filter((grant) => grant.teamId === null || grant.teamId === teamId).map((grant) => ({ ...grant, teamId }))
}
