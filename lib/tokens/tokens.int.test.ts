import { describe, expect, it } from 'vitest'
import type { Actor } from '@/lib/auth/actor'
import { makeMember, makeTeam } from '@/lib/auth/people.fixture'
import { requestActor } from '@/lib/auth/request'
import { db } from '@/lib/db'
import { createToken, revokeToken } from './commands'
import { listTokens } from './queries'
import { makeToken, tokenHash } from './secret'

function bearer(token: string) {
  return requestActor(new Request('http://127.0.0.1:3000/', { method: 'POST', headers: { authorization: `Bearer ${token}` } }))
}

async function make(actor: Actor, input: Record<string, unknown>) {
  return createToken(actor, { name: 'ci', teamId: null, scopes: ['team:read', 'rollout:launch'], days: 30, ...input })
}

async function made(actor: Actor, input: Record<string, unknown> = {}) {
  const result = await make(actor, input)
  if (!result.ok) throw new Error(result.problem.message)
  return result.value
}

describe('an API token', () => {
  it('acts for its maker within its scopes and team, and only its keyed hash is stored', async () => {
    const [team, other] = [await makeTeam(), await makeTeam()]
    const maker = await makeMember([{ role: 'engineer' }, { role: 'viewer', teamId: other.id }])
    const { token, id } = await made(maker, { teamId: team.id })
    expect(await bearer(token)).toMatchObject({
      kind: 'token',
      id,
      memberId: maker.id,
      scopes: ['team:read', 'rollout:launch'],
      grants: [{ role: 'engineer', teamId: team.id, environmentId: null }],
    })
    const row = await db().apiToken.findUniqueOrThrow({ where: { id } })
    expect(JSON.stringify(row)).not.toContain(token.slice(12))
    expect(row.hash).toBe(tokenHash(token))
    expect(row.lastUsedAt).not.toBeNull()
  })

  it('is refused when expired, revoked, unknown or malformed, each with its reason', async () => {
    const maker = await makeMember([{ role: 'engineer' }])
    const [expired, revoked] = [await made(maker), await made(maker)]
    await db().apiToken.update({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1000) } })
    expect(await revokeToken(maker, { tokenId: revoked.id })).toMatchObject({ ok: true })
    await expect(bearer(expired.token)).rejects.toThrow(/expired on/)
    await expect(bearer(revoked.token)).rejects.toThrow(/was revoked on/)
    await expect(bearer(makeToken())).rejects.toThrow(/not known here/)
    await expect(bearer(`${expired.token}x`)).rejects.toThrow(/cut or mistyped/)
    for (const token of [expired.token, revoked.token, makeToken()])
      await expect(bearer(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('another token with the same prefix is not taken for it', async () => {
    const { token, id } = await made(await makeMember([{ role: 'engineer' }]))
    await db().apiToken.update({ where: { id }, data: { hash: tokenHash(makeToken()) } })
    await expect(bearer(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('dies with its maker, and shrinks with what the maker may do', async () => {
    const maker = await makeMember([{ role: 'engineer' }])
    const { token } = await made(maker)
    await db().memberGrant.deleteMany({ where: { memberId: maker.id } })
    expect((await bearer(token)).grants).toEqual([])
    await db().member.update({ where: { id: maker.id }, data: { disabledAt: new Date() } })
    await expect(bearer(token)).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it.each(['rollout:approve', 'token:manage', 'member:manage'])('never holds %s, whoever makes it', async (scope) => {
    const maker = await makeMember([{ role: 'engineer' }, { role: 'approver' }, { role: 'admin' }])
    expect(await make(maker, { scopes: [scope] })).toMatchObject({ ok: false, problem: { code: 'invalid' } })
  })

  it('holds nothing that its maker does not hold there, lives at most 366 days, and is made by people only', async () => {
    const team = await makeTeam()
    const maker = await makeMember([{ role: 'engineer', teamId: team.id }])
    expect(await make(maker, { teamId: team.id, scopes: ['endpoint:key'] })).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    expect(await make(maker, { teamId: team.id, days: 367 })).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    expect(await make(maker, { teamId: team.id, days: 0 })).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    expect(await make(maker, { teamId: null })).toMatchObject({ ok: false })
    const { token } = await made(maker, { teamId: team.id })
    expect(await make(await bearer(token), { teamId: team.id })).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
  })

  it("of another team answers as not found, and a colleague's is for admins to revoke", async () => {
    const [team, other] = [await makeTeam(), await makeTeam()]
    const maker = await makeMember([{ role: 'engineer', teamId: team.id }])
    const colleague = await makeMember([{ role: 'engineer', teamId: team.id }])
    const stranger = await makeMember([{ role: 'admin', teamId: other.id }])
    const admin = await makeMember([{ role: 'admin', teamId: team.id }])
    const { id } = await made(maker, { teamId: team.id })
    expect(await revokeToken(stranger, { tokenId: id })).toMatchObject({ ok: false, problem: { code: 'not-found' } })
    expect(await revokeToken(colleague, { tokenId: id })).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    expect(await listTokens(stranger)).toEqual([])
    expect((await listTokens(colleague)).map((token) => [token.id, token.revocable])).toEqual([[id, false]])
    expect(await revokeToken(admin, { tokenId: id })).toMatchObject({ ok: true })
  })
})
