import { may } from '@/lib/auth/permissions'
import { defineCommand } from '@/lib/command'
import { invalid, notFound, Problem } from '@/lib/errors'
import { newId } from '@/lib/id'
import { teamById } from '@/lib/teams/store'
import { CreateToken, RevokeToken } from './schema'
import { makeToken, tokenHash, tokenPrefix } from './secret'

const DAY_MS = 24 * 3600_000

/** The answer holds the token itself, once: only its keyed hash is stored. */
export const createToken = defineCommand({
  name: 'token.create',
  input: CreateToken,
  permission: 'token:manage',
  async scope(tx, { teamId }) {
    return { teamId: teamId === null ? null : (await teamById(tx, teamId)).id }
  },
  async run({ tx, actor, input, now, audit }) {
    if (actor.kind !== 'member' || !actor.memberId) throw new Problem('forbidden', 'Only a person makes tokens.')
    const beyond = input.scopes.find((scope) => !may(actor.grants, scope, { teamId: input.teamId }))
    if (beyond) throw invalid('scopes', `You do not hold ${beyond} there yourself, so a token of yours cannot.`)
    const token = makeToken()
    const prefix = tokenPrefix(token) ?? ''
    const id = newId()
    const expiresAt = new Date(now.getTime() + input.days * DAY_MS)
    await tx.apiToken.create({
      data: {
        id,
        prefix,
        name: input.name,
        hash: tokenHash(token),
        teamId: input.teamId,
        scopes: [...new Set(input.scopes)],
        createdById: actor.memberId,
        createdAt: now,
        expiresAt,
      },
    })
    audit({ kind: 'token', id, name: input.name, detail: { prefix, scopes: input.scopes, expiresAt } })
    return { id, token, prefix, expiresAt: expiresAt.toISOString() }
  },
})

/** It is refused from the next request on. */
export const revokeToken = defineCommand({
  name: 'token.revoke',
  input: RevokeToken,
  permission: 'token:manage',
  async scope(tx, { tokenId }) {
    const token = await tx.apiToken.findUnique({ where: { id: tokenId }, select: { teamId: true } })
    if (!token) throw notFound('such token')
    return { teamId: token.teamId }
  },
  async run({ tx, actor, input, now, scope, audit }) {
    const token = await tx.apiToken.findUniqueOrThrow({ where: { id: input.tokenId } })
    if (token.createdById !== actor.memberId && !may(actor.grants, 'member:manage', scope))
      throw new Problem('forbidden', 'Only the member who made this token, or an admin of its team, may revoke it.')
    if (token.revokedAt) return {}
    await tx.apiToken.update({ where: { id: token.id }, data: { revokedAt: now } })
    audit({ kind: 'token', id: token.id, name: token.name, detail: { prefix: token.prefix } })
    return {}
  },
})
