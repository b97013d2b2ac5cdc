import { describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { env, required } from '@/lib/env'
import { newId } from '@/lib/id'
import { unseal } from '@/lib/seal'
import { actorIn, value } from '@/lib/versions/registry.fixture'
import { testDatabase } from '@/prisma/test-database'
import { addCluster, editCluster, removeCluster, renewIdentity } from './commands'
import { listClusters } from './queries'
import { sealingEngine } from './sealing-engine.fixture'

testDatabase()
sealingEngine()
const admin = actorIn(null, 'admin')
const ADMIN_TOKEN = 'an-admin-token-of-a-cluster'
const input = () => ({
  name: `c-${newId().slice(-12)}`,
  location: 'cloud',
  adminUrl: 'http://127.0.0.1:44011/',
  publicUrl: 'http://127.0.0.1:44012',
  adminToken: ADMIN_TOKEN,
})
describe('a cluster', () => {
  it('is registered with its admin token sealed, and its identity token shown once', async () => {
    const made = value(await addCluster(admin, input()))
    const row = await db().cluster.findUniqueOrThrow({ where: { id: made.id } })
    expect(unseal({ bytes: row.credential ?? new Uint8Array(), keyId: row.credentialKey }, required('SLIPWAY_SEALING_KEY'))).toBe(
      ADMIN_TOKEN,
    )
    const shown = JSON.stringify(await listClusters(admin))
    for (const secret of [made.identityToken, row.identityHash ?? '', ADMIN_TOKEN]) expect(shown).not.toContain(secret)
    const audit = JSON.stringify(await db().audit.findMany({ where: { targetId: made.id } }))
    for (const secret of [made.identityToken, ADMIN_TOKEN]) expect(audit).not.toContain(secret)
  })

  it('with a taken name, a wrong address or a short token is refused at the field', async () => {
    const first = input()
    value(await addCluster(admin, first))
    expect(await addCluster(admin, first)).toMatchObject({ problem: { fields: [{ path: 'name' }] } })
    expect(await addCluster(admin, { ...input(), adminUrl: 'file:///etc/passwd' })).toMatchObject({
      problem: { fields: [{ path: 'adminUrl' }] },
    })
    expect(await addCluster(admin, { ...input(), adminToken: 'short' })).toMatchObject({ problem: { fields: [{ path: 'adminToken' }] } })
  })

  it('is not stored while the engine, which alone can seal, is away', async () => {
    const there = env().SLIPWAY_ENGINE_URL
    env().SLIPWAY_ENGINE_URL = 'http://127.0.0.1:44099'
    const wanted = input()
    const result = await addCluster(admin, wanted)
    env().SLIPWAY_ENGINE_URL = there
    expect(result).toMatchObject({ problem: { code: 'unavailable', message: expect.stringContaining('The engine does not answer') } })
    expect(await db().cluster.count({ where: { name: wanted.name } })).toBe(0)
  })

  it('on another machine ends the example workspace for good', async () => {
    await db().installation.upsert({ where: { id: 1 }, create: { id: 1, example: true, restoreMark: newId() }, update: { example: true } })
    expect(value(await addCluster(admin, input())).exampleEnded).toBeNull()
    expect(value(await addCluster(admin, { ...input(), adminUrl: 'http://10.0.0.7:3002' })).exampleEnded).not.toBeNull()
    expect(await db().installation.findUnique({ where: { id: 1 } })).toMatchObject({ example: false })
  })

  it('that moves to another machine ends the example workspace too, and says how to come back in', async () => {
    await db().installation.upsert({ where: { id: 1 }, create: { id: 1, example: true, restoreMark: newId() }, update: { example: true } })
    const made = value(await addCluster(admin, input()))
    expect(value(await editCluster(admin, { clusterId: made.id, publicUrl: 'http://127.0.0.1:44013' })).exampleEnded).toBeNull()
    const moved = { clusterId: made.id, adminUrl: 'http://10.0.0.7:3002', adminToken: ADMIN_TOKEN }
    expect(value(await editCluster(admin, moved)).exampleEnded).not.toBeNull()
  })

  it('that is to be reached elsewhere asks for its admin token again: the stored one is sent to no other address', async () => {
    const made = value(await addCluster(admin, input()))
    const stored = () => db().cluster.findUniqueOrThrow({ where: { id: made.id }, select: { config: true, credential: true } })
    const before = await stored()
    for (const adminUrl of ['http://127.0.0.1:44099', 'https://127.0.0.1:44011', 'http://127.0.0.1:44011/other']) {
      expect(await editCluster(admin, { clusterId: made.id, adminUrl })).toMatchObject({
        problem: { fields: [{ path: 'adminToken', message: expect.stringContaining('http://127.0.0.1:44011') }] },
      })
    }
    expect(await stored()).toEqual(before)
    const kept = { clusterId: made.id, adminUrl: 'http://127.0.0.1:44011/', publicUrl: 'http://127.0.0.1:44055', location: 'on-prem' }
    value(await editCluster(admin, kept))
    expect((await stored()).credential).toEqual(before.credential)
    value(await editCluster(admin, { clusterId: made.id, adminUrl: 'http://127.0.0.1:44099', adminToken: 'its-admin-token-again' }))
    expect((await stored()).credential).not.toEqual(before.credential)
  })

  it('gets a new identity, which ends the old one', async () => {
    const made = value(await addCluster(admin, input()))
    const before = (await db().cluster.findUniqueOrThrow({ where: { id: made.id } })).identityHash
    expect(value(await renewIdentity(admin, { clusterId: made.id })).identityToken).not.toBe(made.identityToken)
    expect((await db().cluster.findUniqueOrThrow({ where: { id: made.id } })).identityHash).not.toBe(before)
  })

  it('may not be removed, nor change its place, while an environment has it', async () => {
    const made = value(await addCluster(admin, input()))
    const environmentId = newId()
    await db().environment.create({ data: { id: environmentId, slug: `e-${environmentId.slice(-12)}`, name: 'e', kind: 'cloud' } })
    await db().environmentCluster.create({ data: { environmentId, clusterId: made.id, wave: 1 } })
    expect(await removeCluster(admin, { clusterId: made.id })).toMatchObject({
      problem: { code: 'conflict', message: expect.stringContaining('serves e-') },
    })
    expect(await editCluster(admin, { clusterId: made.id, location: 'on-prem' })).toMatchObject({
      problem: { fields: [{ path: 'location' }] },
    })
    await db().environmentCluster.deleteMany({ where: { environmentId } })
    value(await removeCluster(admin, { clusterId: made.id }))
    expect(await db().cluster.findUnique({ where: { id: made.id } })).toMatchObject({ credential: null, identityHash: null })
    expect((await listClusters(admin)).clusters.some((cluster) => cluster.id === made.id)).toBe(false)
  })

  it('is managed by admins of the whole installation only', async () => {
    for (const role of ['viewer', 'engineer', 'approver', 'sre'] as const)
      expect(await addCluster(actorIn(null, role), input())).toMatchObject({ problem: { code: 'forbidden' } })
  })
})
