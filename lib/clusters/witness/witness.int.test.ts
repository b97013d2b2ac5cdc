import { describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { env, required } from '@/lib/env'
import { newId } from '@/lib/id'
import { unseal } from '@/lib/seal'
import { actorIn, value } from '@/lib/versions/registry.fixture'
import { testDatabase } from '@/prisma/test-database'
import { CERTIFICATE_A } from '../certificates.fixture'
import { addCluster, removeCluster } from '../commands'
import { sealingEngine } from '../sealing-engine.fixture'
import { dropWitness, nameWitness } from './commands'
import { getWitness } from './queries'
import { openToken } from './schema'

testDatabase()
sealingEngine()
const admin = actorIn(null, 'admin')
const TOKEN = 'a-token-of-a-prometheus'
const ADDRESS = 'http://10.0.0.9:9090'

async function cluster(): Promise<string> {
  const access = { by: 'token', server: 'https://10.0.0.7:6443', ca: CERTIFICATE_A, token: 'a-token' }
  const made = await addCluster(admin, {
    driver: 'kubernetes',
    name: `k-${newId().slice(-12)}`,
    location: 'cloud',
    namespace: 'models',
    access,
  })
  return value(made).id
}

async function stored(id: string) {
  const row = await db().cluster.findUniqueOrThrow({ where: { id } })
  const open = (address: string) =>
    openToken(address, unseal({ bytes: row.witnessToken ?? new Uint8Array(), keyId: row.witnessKey }, required('SLIPWAY_SEALING_KEY')))
  return { row, open }
}

const refused = (path: string, message: RegExp) => ({
  problem: { code: 'invalid', fields: [{ path, message: expect.stringMatching(message) }] },
})

describe('the Prometheus of a cluster', () => {
  it('is stored with its token sealed for its address, and shown without it', async () => {
    const clusterId = await cluster()
    value(await nameWitness(admin, { clusterId, preset: 'traefik', address: `${ADDRESS}/prometheus/`, token: TOKEN }))
    const { open } = await stored(clusterId)
    expect(open(`${ADDRESS}/prometheus`)).toBe(TOKEN)
    expect(() => open('http://10.6.6.6:9090')).toThrow(/belongs to another address/)
    const shown = await getWitness(admin, clusterId)
    expect(shown).toEqual({ preset: 'traefik', address: `${ADDRESS}/prometheus`, hasToken: true })
    const trail = JSON.stringify(await db().audit.findMany({ where: { targetId: clusterId } }))
    expect(trail).not.toContain(TOKEN)
  })

  it('needs its token again at another address, and keeps it for another gateway', async () => {
    const clusterId = await cluster()
    const name = (input: object) => nameWitness(admin, { clusterId, preset: 'istio', address: ADDRESS, ...input })
    value(await name({ token: TOKEN }))
    const before = await stored(clusterId)
    expect(await name({ address: 'http://10.0.0.66:9090' })).toMatchObject(refused('token', /shown to http:\/\/10\.0\.0\.9:9090 only/))
    expect((await stored(clusterId)).row).toEqual(before.row)
    value(await name({ preset: 'linkerd' }))
    expect((await stored(clusterId)).open(ADDRESS)).toBe(TOKEN)
    value(await name({ address: 'http://10.0.0.66:9090', token: null }))
    expect(await getWitness(admin, clusterId)).toEqual({ preset: 'istio', address: 'http://10.0.0.66:9090', hasToken: false })
  })

  it('at an address inside, of a gateway that is not known, or of a cluster that counts by itself is refused', async () => {
    const clusterId = await cluster()
    const name = (input: object) => nameWitness(admin, { clusterId, preset: 'istio', address: ADDRESS, ...input })
    for (const [address, why] of [
      ['http://169.254.169.254', /link-local/],
      ['http://127.0.0.1:9090', /loopback/],
      ['http://metadata.google.internal', /metadata/],
      ['file:///etc/passwd', /http or https/],
      ['http://user:pass@10.0.0.9', /user name or password/],
      [`${ADDRESS}?query=up`, /no query/],
    ] as const)
      expect(await name({ address })).toMatchObject(refused('address', why))
    expect(await name({ preset: 'haproxy' })).toMatchObject(refused('preset', /Name the gateway/))
    const local = { name: `c-${newId().slice(-12)}`, location: 'cloud', adminToken: 'x'.repeat(20) }
    const made = value(await addCluster(admin, { ...local, adminUrl: 'http://127.0.0.1:44013', publicUrl: 'http://127.0.0.1:44014' }))
    expect(await name({ clusterId: made.id })).toMatchObject(refused('clusterId', /counts by itself/))
    expect(await getWitness(admin, clusterId)).toBeNull()
  })

  it('is not stored while the engine, which alone can seal, is away; without a token it is', async () => {
    const clusterId = await cluster()
    const there = env().SLIPWAY_ENGINE_URL
    env().SLIPWAY_ENGINE_URL = 'http://127.0.0.1:44099'
    const sealed = await nameWitness(admin, { clusterId, preset: 'istio', address: ADDRESS, token: TOKEN })
    const open = await nameWitness(admin, { clusterId, preset: 'istio', address: ADDRESS })
    env().SLIPWAY_ENGINE_URL = there
    expect(sealed).toMatchObject({ problem: { code: 'unavailable' } })
    expect(open.ok).toBe(true)
  })

  it('on another machine ends the example workspace, also by a name that only looks like this machine’s address', async () => {
    const clusterId = await cluster()
    await db().installation.upsert({ where: { id: 1 }, create: { id: 1, example: true, restoreMark: newId() }, update: { example: true } })
    const named = value(await nameWitness(admin, { clusterId, preset: 'istio', address: 'http://127.0.0.1.example.org:9090' }))
    expect(named.exampleEnded).not.toBeNull()
    expect(await db().installation.findUnique({ where: { id: 1 } })).toMatchObject({ example: false })
  })

  it('goes with its token when it is taken away, and with its cluster', async () => {
    const clusterId = await cluster()
    value(await nameWitness(admin, { clusterId, preset: 'istio', address: ADDRESS, token: TOKEN }))
    value(await dropWitness(admin, { clusterId }))
    expect(await getWitness(admin, clusterId)).toBeNull()
    expect((await stored(clusterId)).row).toMatchObject({ witness: null, witnessToken: null, witnessKey: null })
    value(await nameWitness(admin, { clusterId, preset: 'istio', address: ADDRESS, token: TOKEN }))
    value(await removeCluster(admin, { clusterId }))
    expect((await stored(clusterId)).row).toMatchObject({ witnessToken: null, witnessKey: null })
  })
})
