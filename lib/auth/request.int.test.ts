import { describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { actAs } from './act-as'
import { browserRequest, claimsOf, makeInstallation, makeMember, makeTeam } from './people.fixture'
import { requestActor } from './request'

const refused = { code: 'unauthenticated' }
const own = { 'sec-fetch-site': 'same-origin' }

describe('who sends a request', () => {
  it('is the member of the session, with the grants of this moment', async () => {
    const team = await makeTeam()
    const member = await makeMember([{ role: 'viewer', teamId: team.id }])
    const request = () => browserRequest(claimsOf(member.id)).then(requestActor)
    expect(await request()).toMatchObject({ id: member.id, kind: 'member', signedInAs: null, grants: member.grants })
    await db().memberGrant.deleteMany({ where: { memberId: member.id } })
    expect((await request()).grants).toEqual([])
  })

  it('is nobody without a session, with a foreign or an expired one', async () => {
    const member = await makeMember([{ role: 'admin' }])
    await expect(requestActor(new Request('http://127.0.0.1:3000/'))).rejects.toMatchObject(refused)
    await expect(browserRequest(claimsOf(member.id), {}, 'another secret').then(requestActor)).rejects.toMatchObject(refused)
    await expect(browserRequest({ ...claimsOf(member.id), until: 1 }).then(requestActor)).rejects.toMatchObject(refused)
    await expect(browserRequest({ sub: 'admin', version: 1, until: 9e9 }).then(requestActor)).rejects.toMatchObject(refused)
  })

  it('is nobody from the moment the member is disabled or the session version is bumped', async () => {
    const member = await makeMember([{ role: 'admin' }])
    const request = () => browserRequest(claimsOf(member.id)).then(requestActor)
    await request()
    await db().member.update({ where: { id: member.id }, data: { sessionVersion: 2 } })
    await expect(request()).rejects.toMatchObject(refused)
    await db().member.update({ where: { id: member.id }, data: { sessionVersion: 1, disabledAt: new Date() } })
    await expect(request()).rejects.toMatchObject(refused)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('a cookie alone changes nothing from another site: %s', async (method) => {
    const member = await makeMember([{ role: 'admin' }])
    const send = (headers: Record<string, string>) => browserRequest(claimsOf(member.id), { method, headers }).then(requestActor)
    await expect(send({})).rejects.toMatchObject({ code: 'forbidden' })
    await expect(send({ 'sec-fetch-site': 'cross-site' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(send({ origin: 'http://evil.example', 'x-forwarded-host': 'evil.example' })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await send(own)).toMatchObject({ id: member.id })
  })

  it.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer nothing', 'Bearer slw_x'])(
    'a bad Authorization is refused, also beside a good cookie: %s',
    async (authorization) => {
      const member = await makeMember([{ role: 'admin' }])
      await expect(browserRequest(claimsOf(member.id), { headers: { authorization } }).then(requestActor)).rejects.toMatchObject(refused)
    },
  )
})

describe('acting as another', () => {
  async function pair() {
    const from = await makeMember([{ role: 'engineer' }], { example: true, name: 'Erin' })
    const to = await makeMember([{ role: 'approver' }], { example: true, name: 'Avery' })
    const cookie = (await browserRequest(claimsOf(from.id))).headers.get('cookie')
    return { from, to, cookie }
  }

  it('keeps both names, and going back ends it', async () => {
    await makeInstallation(true)
    const { from, to, cookie } = await pair()
    const session = await actAs(cookie, to.id)
    expect(session).toEqual({ id: to.id, sessionVersion: 1, by: { id: from.id, version: 1 } })
    const acting = await browserRequest({ ...claimsOf(to.id), by: session.by })
    expect(await requestActor(acting)).toMatchObject({ id: to.id, name: 'Avery', signedInAs: 'Erin', grants: to.grants })
    expect(await actAs(acting.headers.get('cookie'), from.id)).toMatchObject({ id: from.id, by: undefined })
    const trail = await db().audit.findMany({ where: { verb: 'member.act-as', actorId: to.id } })
    expect(trail).toMatchObject([{ actorName: 'Avery', signedInAs: 'Erin' }])
  })

  it('ends at once when the example ends, or when the account that signed in is signed out everywhere', async () => {
    await makeInstallation(true)
    const { from, to } = await pair()
    const acting = () => browserRequest({ ...claimsOf(to.id), by: { id: from.id, version: 1 } }).then(requestActor)
    await acting()
    await makeInstallation(false)
    await expect(acting()).rejects.toMatchObject(refused)
    await makeInstallation(true)
    await db().member.update({ where: { id: from.id }, data: { sessionVersion: 2 } })
    await expect(acting()).rejects.toMatchObject(refused)
  })

  it('is refused without a session, outside an example workspace, and with an account that was made by hand', async () => {
    await makeInstallation(true)
    const { to, cookie } = await pair()
    const person = await makeMember([{ role: 'admin' }])
    await expect(actAs(null, to.id)).rejects.toMatchObject(refused)
    await expect(actAs(cookie, person.id)).rejects.toMatchObject({ code: 'forbidden' })
    const personCookie = (await browserRequest(claimsOf(person.id))).headers.get('cookie')
    await expect(actAs(personCookie, to.id)).rejects.toMatchObject({ code: 'forbidden' })
    await makeInstallation(false)
    await expect(actAs(cookie, to.id)).rejects.toMatchObject({ code: 'forbidden' })
  })
})
