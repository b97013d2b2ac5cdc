import { encode } from 'next-auth/jwt'
import { db } from '@/lib/db'
import { required } from '@/lib/env'
import { newId } from '@/lib/id'
import type { Actor } from './actor'
import { hashPassword } from './password'
import type { Grant, Role } from './permissions'
import { type SessionClaims, sessionCookie } from './session-token'

export const PASSWORD = 'correct horse battery'

/** A team of its own. */
export async function makeTeam(name = 'Team'): Promise<{ id: string; slug: string; name: string }> {
  const id = newId()
  return db().team.create({ data: { id, slug: `team-${id}`, name } })
}

/** A member with these roles, signed in by a password when one is given, as the actor that a request of theirs would have. */
export async function makeMember(
  grants: (Partial<Grant> & { role: Role })[],
  options: { name?: string; password?: string; example?: boolean } = {},
): Promise<Actor & { memberId: string; email: string }> {
  const id = newId()
  const email = `${id}@example.test`
  const name = options.name ?? `Member ${id.slice(-6)}`
  const passwordHash = options.password ? await hashPassword(options.password) : null
  await db().member.create({ data: { id, email, name, passwordHash, example: options.example ?? false } })
  const held = grants.map((grant) => ({ role: grant.role, teamId: grant.teamId ?? null, environmentId: grant.environmentId ?? null }))
  await db().memberGrant.createMany({ data: held.map((grant) => ({ id: newId(), memberId: id, ...grant })) })
  return { kind: 'member', id, memberId: id, name, signedInAs: null, grants: held, scopes: null, email }
}

/** The installation's row, as a first start would have left it. */
export async function makeInstallation(example: boolean): Promise<void> {
  const data = { example, setupCodeHash: null, exampleEndedAt: null }
  await db().installation.upsert({ where: { id: 1 }, create: { id: 1, restoreMark: newId(), ...data }, update: data })
}

/** A session of that member, made now. */
export function claimsOf(memberId: string, version = 1): SessionClaims {
  return { sub: memberId, version, until: Math.floor(Date.now() / 1000) + 600 }
}

/** A request with a session cookie, as a browser sends it. */
export async function browserRequest(claims: Record<string, unknown>, init: RequestInit = {}, secret?: string): Promise<Request> {
  const token = await encode({ token: claims, secret: secret ?? required('NEXTAUTH_SECRET') })
  const headers = new Headers(init.headers)
  headers.set('cookie', `theme=dark; ${sessionCookie()}=${token}`)
  return new Request('http://127.0.0.1:3000/api/v1/teams', { ...init, headers })
}
