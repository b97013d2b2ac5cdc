import { db } from '@/lib/db'
import { env } from '@/lib/env'
import type { Actor } from './actor'
import type { Grant, Role } from './permissions'
import type { SessionClaims } from './session-token'

/** True while web listens where only this machine reaches it. */
export function onLoopback(): boolean {
  return ['127.0.0.1', '::1', 'localhost'].includes(env().HOST)
}

/** True while people may act as each other: an example workspace that only this machine reaches. */
export async function actingAllowed(): Promise<boolean> {
  if (!onLoopback()) return false
  const installation = await db().installation.findUnique({ where: { id: 1 }, select: { example: true } })
  return installation?.example ?? false
}

/** The member behind a session, with the grants of this moment. null: disabled, signed out everywhere, or acting as another no longer allowed. */
export async function memberActor(claims: SessionClaims): Promise<Actor | null> {
  const [member, by] = await Promise.all([
    db().member.findFirst({
      where: { id: claims.sub, sessionVersion: claims.version, disabledAt: null },
      select: { id: true, name: true, grants: { select: { role: true, teamId: true, environmentId: true } } },
    }),
    claims.by ? originalAccount(claims.by) : null,
  ])
  if (!member || (claims.by && !by)) return null
  return {
    kind: 'member',
    id: member.id,
    memberId: member.id,
    name: member.name,
    signedInAs: by?.name ?? null,
    grants: member.grants.map(toGrant),
    scopes: null,
  }
}

async function originalAccount(by: { id: string; version: number }): Promise<{ name: string } | null> {
  if (!(await actingAllowed())) return null
  return db().member.findFirst({ where: { id: by.id, sessionVersion: by.version, disabledAt: null }, select: { name: true } })
}

/** A row of member_grant as the permission table reads it. The database checks the role's name. */
export function toGrant(row: { role: string; teamId: string | null; environmentId: string | null }): Grant {
  return { role: row.role as Role, teamId: row.teamId, environmentId: row.environmentId }
}
