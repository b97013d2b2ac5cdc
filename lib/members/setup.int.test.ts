import { beforeEach, describe, expect, it } from 'vitest'
import { actAs } from '@/lib/auth/act-as'
import type { Actor } from '@/lib/auth/actor'
import { actingAllowed } from '@/lib/auth/member-actor'
import { browserRequest, claimsOf, makeInstallation, makeMember, PASSWORD } from '@/lib/auth/people.fixture'
import { requestActor } from '@/lib/auth/request'
import { signIn } from '@/lib/auth/sign-in'
import { editCluster } from '@/lib/clusters/commands'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { newId } from '@/lib/id'
import { inviteMember } from './commands'
import { makeFirstAdmin, setPassword, slugOf } from './open-door'
import { setupPending } from './queries'
import { endExample, ensureInstallation, makeSetupCode } from './setup'

const admin = { email: 'first@example.test', name: 'First', password: PASSWORD, team: 'Fraud & Risk' }

beforeEach(async () => {
  await db().apiToken.deleteMany({})
  await db().memberGrant.deleteMany({})
  await db().member.deleteMany({})
  await db().installation.deleteMany({})
})

describe('the first admin', () => {
  it('is made with the code from the terminal, once, and then can sign in and manage', async () => {
    expect(await ensureInstallation(db(), { example: false })).toEqual({ first: true, example: false })
    expect(await setupPending()).toBe(true)
    const code = await makeSetupCode(db())
    expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/)
    expect(await makeFirstAdmin({ ...admin, code: 'AAAA-AAAA-AAAA' })).toMatchObject({ ok: false, problem: { code: 'forbidden' } })
    expect(await makeFirstAdmin({ ...admin, code: code?.toLowerCase().replaceAll('-', ' ') })).toEqual({
      ok: true,
      value: { email: admin.email },
    })
    expect(await makeFirstAdmin({ ...admin, email: 'second@example.test', code })).toMatchObject({
      ok: false,
      problem: { code: 'forbidden' },
    })
    expect(await setupPending()).toBe(false)
    const { id } = await signIn({ email: admin.email, password: PASSWORD, address: 'x' })
    const actor = await browserRequest(claimsOf(id)).then(requestActor)
    expect(actor.grants).toContainEqual({ role: 'admin', teamId: null, environmentId: null })
    expect(await db().team.findUnique({ where: { slug: 'fraud-risk' } })).toMatchObject({ name: 'Fraud & Risk' })
  })

  it('of ten at once with the right code is one person', async () => {
    await ensureInstallation(db(), { example: false })
    const code = await makeSetupCode(db())
    const tries = Array.from({ length: 10 }, (_, i) => makeFirstAdmin({ ...admin, email: `first-${i}@example.test`, code }))
    expect((await Promise.all(tries)).filter((result) => result.ok)).toHaveLength(1)
    expect(await db().member.count()).toBe(1)
  })

  it('a new code ends the one before it, and there is none while an admin can sign in', async () => {
    await ensureInstallation(db(), { example: false })
    const old = await makeSetupCode(db())
    const code = await makeSetupCode(db())
    expect(await makeFirstAdmin({ ...admin, code: old })).toMatchObject({ ok: false })
    expect(await makeFirstAdmin({ ...admin, code })).toMatchObject({ ok: true })
    expect(await makeSetupCode(db())).toBeNull()
  })

  it('the code is the way back in when the only admin has no password left, also for the same email', async () => {
    await ensureInstallation(db(), { example: false })
    await makeFirstAdmin({ ...admin, code: await makeSetupCode(db()) })
    await db().member.updateMany({ data: { passwordHash: null } })
    const code = await makeSetupCode(db())
    expect(await makeFirstAdmin({ ...admin, code, password: 'a wholly new password' })).toMatchObject({ ok: true })
    expect(await signIn({ email: admin.email, password: 'a wholly new password', address: 'x' })).toMatchObject({ sessionVersion: 2 })
  })

  it.each([
    ['Fraud & Risk', 'fraud-risk'],
    ['  2nd Team ', 'nd-team'],
    ['Équipe Été', 'equipe-ete'],
    ['信用', 'team'],
  ])('gives the team %s an address that fits', (name, slug) => {
    expect(slugOf(name)).toBe(slug)
  })
})

/** What the first lines of a start do, with web listening on this address. */
async function startedOn(host: string) {
  const before = env().HOST
  env().HOST = host
  try {
    return await ensureInstallation(db(), { example: true })
  } finally {
    env().HOST = before
  }
}

async function newCluster(adminUrl: string): Promise<string> {
  const id = newId()
  const config = { adminUrl, publicUrl: 'http://127.0.0.1:44012' }
  await db().cluster.create({ data: { id, name: `cluster-${id}`, driver: 'local', location: 'cloud', config } })
  return id
}

describe('the end of the example', () => {
  it('comes with the first invitation: seeded passwords and sessions end, the inviter gets a link, and it never comes back', async () => {
    await makeInstallation(true)
    const seeded = await makeMember([{ role: 'admin' }], { example: true, password: PASSWORD })
    const other = await makeMember([{ role: 'engineer' }], { example: true, password: PASSWORD })
    const real = await makeMember([{ role: 'viewer' }], { password: PASSWORD })
    const result = await inviteMember(seeded, { email: 'real@example.test', name: 'Real', role: 'viewer' })
    if (!result.ok) throw new Error(result.problem.message)
    expect(result.value.exampleEnded).toBe(true)
    for (const { email } of [seeded, other])
      await expect(signIn({ email, password: PASSWORD, address: email })).rejects.toMatchObject({ code: 'unauthenticated' })
    for (const { id } of [seeded, other])
      await expect(browserRequest(claimsOf(id)).then(requestActor)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await signIn({ email: real.email, password: PASSWORD, address: 'real' })).toMatchObject({ sessionVersion: 1 })
    const ownCode = result.value.ownLink?.split('#')[1]
    expect(await setPassword({ code: ownCode, password: 'a wholly new password' })).toEqual({ ok: true, value: { email: seeded.email } })
    expect(await ensureInstallation(db(), { example: true })).toEqual({ first: false, example: false })
    expect(await endExample(db())).toBeNull()
  })

  it.each<[string, (admin: Actor) => Promise<unknown>]>([
    ['a real member is invited', (admin) => inviteMember(admin, { email: 'real@example.test', name: 'Real', role: 'viewer' })],
    [
      'a cluster on another machine is set',
      async (admin) => editCluster(admin, { clusterId: await newCluster('http://10.0.0.7:3002'), location: 'on-prem' }),
    ],
    ['web starts where others reach it', () => startedOn('0.0.0.0')],
  ])('comes for good when %s: nobody acts as another any more, nor after the next start', async (_name, end) => {
    await makeInstallation(true)
    const [seeded, other] = [
      await makeMember([{ role: 'admin' }], { example: true }),
      await makeMember([{ role: 'engineer' }], { example: true }),
    ]
    const acting = async () => (await browserRequest({ ...claimsOf(other.id), by: { id: seeded.id, version: 1 } })).headers.get('cookie')
    const own = (await browserRequest(claimsOf(seeded.id))).headers.get('cookie')
    expect(await actAs(own, other.id)).toMatchObject({ id: other.id })
    expect(await actingAllowed()).toBe(true)
    await end(seeded)
    expect(await actingAllowed()).toBe(false)
    await expect(actAs(own, other.id)).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(actAs(await acting(), seeded.id)).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await startedOn('127.0.0.1')).toMatchObject({ example: false })
    expect(await actingAllowed()).toBe(false)
    expect(await db().installation.findUnique({ where: { id: 1 } })).toMatchObject({ example: false, exampleEndedAt: expect.any(Date) })
  })

  it.each(['0.0.0.0', '::', '192.168.1.5'])('never begins where web listens on %s', async (host) => {
    expect(await startedOn(host)).toEqual({ first: true, example: false })
    expect(await startedOn('127.0.0.1')).toEqual({ first: false, example: false })
  })

  it('is not repeated by later invitations', async () => {
    await makeInstallation(false)
    const inviter = await makeMember([{ role: 'admin' }], { password: PASSWORD })
    const result = await inviteMember(inviter, { email: 'later@example.test', name: 'Later', role: 'viewer' })
    expect(result).toMatchObject({ ok: true, value: { exampleEnded: false, ownLink: null } })
    expect(await signIn({ email: inviter.email, password: PASSWORD, address: 'later' })).toMatchObject({ sessionVersion: 1 })
  })
})
