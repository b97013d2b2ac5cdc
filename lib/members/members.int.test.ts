import { beforeEach, describe, expect, it } from 'vitest'
import { browserRequest, claimsOf, makeInstallation, makeMember, makeTeam, PASSWORD } from '@/lib/auth/people.fixture'
import { requestActor } from '@/lib/auth/request'
import { signIn } from '@/lib/auth/sign-in'
import { db } from '@/lib/db'
import {
  changePassword,
  disableMember,
  enableMember,
  grantRole,
  inviteMember,
  resetPassword,
  revokeRole,
  signOutEverywhere,
} from './commands'
import { setPassword } from './open-door'

const NEW = 'a wholly new password'
const code = (link: string) => link.split('#')[1]
const enter = (email: string, password: string) => signIn({ email, password, address: email })
let number = 0

beforeEach(() => makeInstallation(false))

async function invited(admin: Awaited<ReturnType<typeof makeMember>>, input: Record<string, unknown> = {}) {
  number += 1
  const email = `new-${number}@example.test`
  const result = await inviteMember(admin, { email, name: 'New', role: 'viewer', ...input })
  if (!result.ok) throw new Error(result.problem.message)
  return { email, ...result.value }
}

describe('an invitation', () => {
  it('gives a link that sets a password once, and the role it named', async () => {
    const { email, id, link } = await invited(await makeMember([{ role: 'admin' }]), { role: 'approver' })
    expect(await setPassword({ code: code(link), password: 'short' })).toMatchObject({ ok: false, problem: { code: 'invalid' } })
    expect(await setPassword({ code: code(link), password: NEW })).toEqual({ ok: true, value: { email } })
    expect(await setPassword({ code: code(link), password: 'another long password' })).toMatchObject({
      ok: false,
      problem: { code: 'not-found' },
    })
    expect(await enter(email, NEW)).toMatchObject({ id })
    const grants = await db().memberGrant.findMany({ where: { memberId: id } })
    expect(grants).toMatchObject([{ role: 'approver', teamId: null, environmentId: null }])
  })

  it('of five people with the same link only one sets the password', async () => {
    const { link } = await invited(await makeMember([{ role: 'admin' }]))
    const tries = Array.from({ length: 5 }, (_, i) => setPassword({ code: code(link), password: `${NEW} ${i}` }))
    expect((await Promise.all(tries)).filter((result) => result.ok)).toHaveLength(1)
  })

  it('is dead after three days, and for a disabled member', async () => {
    const admin = await makeMember([{ role: 'admin' }])
    const [late, gone] = [await invited(admin), await invited(admin)]
    await db().member.update({ where: { id: late.id }, data: { passwordCodeUntil: new Date(Date.now() - 1000) } })
    await disableMember(admin, { memberId: gone.id })
    for (const { link } of [late, gone])
      expect(await setPassword({ code: code(link), password: NEW })).toMatchObject({ ok: false, problem: { code: 'not-found' } })
  })

  it('of a known email is refused at its field', async () => {
    const admin = await makeMember([{ role: 'admin' }])
    const result = await inviteMember(admin, { email: admin.email.toUpperCase(), name: 'Twice', role: 'viewer' })
    expect(result).toMatchObject({ ok: false, problem: { code: 'invalid', fields: [{ path: 'email' }] } })
  })
})

describe('roles', () => {
  it('nobody gives themselves a role, not even an admin of everything', async () => {
    const admin = await makeMember([{ role: 'admin' }])
    expect(await grantRole(admin, { memberId: admin.id, role: 'approver' })).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    expect(await db().memberGrant.count({ where: { memberId: admin.id } })).toBe(1)
  })

  it('an admin of one team gives roles there and nowhere else', async () => {
    const [team, other] = [await makeTeam(), await makeTeam()]
    const admin = await makeMember([{ role: 'admin', teamId: team.id }])
    const member = await makeMember([])
    const give = (place: object) => grantRole(admin, { memberId: member.id, role: 'engineer', ...place })
    expect(await give({ teamId: team.id })).toMatchObject({ ok: true })
    expect(await give({ teamId: team.id })).toMatchObject({ ok: false, problem: { code: 'conflict' } })
    expect(await give({ teamId: other.id })).toMatchObject({ ok: false, problem: { code: 'not-found' } })
    expect(await give({ teamId: null })).toMatchObject({ ok: false })
    expect(await resetPassword(admin, { memberId: member.id })).toMatchObject({ ok: false })
  })

  it('the last admin of everything stays, also when two admins disable each other at once', async () => {
    await db().memberGrant.deleteMany({})
    const [one, two] = [await makeMember([{ role: 'admin' }]), await makeMember([{ role: 'admin' }])]
    const results = await Promise.all([disableMember(one, { memberId: two.id }), disableMember(two, { memberId: one.id })])
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    const left = results[0]?.ok ? one : two
    const grant = await db().memberGrant.findFirstOrThrow({ where: { memberId: left.id } })
    expect(await revokeRole(left, { grantId: grant.id })).toMatchObject({ ok: false, problem: { code: 'conflict' } })
  })
})

describe('passwords and sessions', () => {
  it('a disabled member is out at once: no session, no sign-in; enabled again the password works', async () => {
    const admin = await makeMember([{ role: 'admin' }])
    const member = await makeMember([{ role: 'viewer' }], { password: PASSWORD })
    const request = () => browserRequest(claimsOf(member.id)).then(requestActor)
    await request()
    await disableMember(admin, { memberId: member.id })
    await expect(request()).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(enter(member.email, PASSWORD)).rejects.toMatchObject({ code: 'unauthenticated' })
    await enableMember(admin, { memberId: member.id })
    await expect(request()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await enter(member.email, PASSWORD)).toEqual({ id: member.id, sessionVersion: 2 })
  })

  it('a reset ends the password and all sessions at once', async () => {
    const admin = await makeMember([{ role: 'admin' }])
    const member = await makeMember([{ role: 'viewer' }], { password: PASSWORD })
    const result = await resetPassword(admin, { memberId: member.id })
    await expect(enter(member.email, PASSWORD)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(browserRequest(claimsOf(member.id)).then(requestActor)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(result.ok && (await setPassword({ code: code(result.value.link), password: NEW }))).toMatchObject({ ok: true })
    expect(await enter(member.email, NEW)).toMatchObject({ id: member.id })
  })

  it('changing the own password needs the present one, and ends every session', async () => {
    const member = await makeMember([{ role: 'viewer' }], { password: PASSWORD })
    const change = (current: string) => changePassword(member, { current, password: NEW })
    expect(await change('wrong')).toMatchObject({ ok: false, problem: { code: 'invalid', fields: [{ path: 'current' }] } })
    expect(await change(PASSWORD)).toEqual({ ok: true, value: { email: member.email } })
    await expect(browserRequest(claimsOf(member.id)).then(requestActor)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await enter(member.email, NEW)).toMatchObject({ sessionVersion: 2 })
  })

  it('an open session is no way to guess the password: five wrong ones, then it waits', async () => {
    const member = await makeMember([{ role: 'viewer' }], { password: PASSWORD })
    for (let i = 0; i < 5; i++) await changePassword(member, { current: `guess ${i}`, password: NEW })
    expect(await changePassword(member, { current: PASSWORD, password: NEW })).toMatchObject({
      ok: false,
      problem: { code: 'rate-limited' },
    })
  })

  it('neither a token nor somebody acting as a member touches the account', async () => {
    const member = await makeMember([{ role: 'viewer' }], { password: PASSWORD })
    const input = { current: PASSWORD, password: NEW }
    const hands = [
      { ...member, signedInAs: 'Erin' },
      { ...member, kind: 'token' as const },
    ]
    for (const hand of hands) {
      expect(await changePassword(hand, input)).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
      expect(await signOutEverywhere(hand, {})).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    }
    expect(await enter(member.email, PASSWORD)).toMatchObject({ sessionVersion: 1 })
  })
})
