import { describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { bindCredential, IN_CLUSTER_SERVER, KubernetesConfig, openCredential } from '@/lib/drivers/kubernetes/config'
import { env, required } from '@/lib/env'
import { newId } from '@/lib/id'
import { unseal } from '@/lib/seal'
import { actorIn, value } from '@/lib/versions/registry.fixture'
import { testDatabase } from '@/prisma/test-database'
import { CERTIFICATE_A, CERTIFICATE_B, ENDED_A, KEY_A, KEY_B } from './certificates.fixture'
import { addCluster, editCluster } from './commands'
import { getCluster } from './queries'
import { sealingEngine } from './sealing-engine.fixture'

testDatabase()
sealingEngine()

const admin = actorIn(null, 'admin')
const TOKEN = 'a-token-of-a-service-account'
const SERVER = 'https://10.0.0.7:6443'
const access = { by: 'token', server: `${SERVER}/`, ca: CERTIFICATE_A, token: TOKEN }
const input = (other: object = {}) => ({
  driver: 'kubernetes',
  name: `k-${newId().slice(-12)}`,
  location: 'on-prem',
  namespace: 'models',
  gateway: { name: 'public', namespace: 'gateways' },
  publicUrl: 'https://models.example.org/',
  access,
  ...other,
})
const kubeconfig = (user: string, server = SERVER) => `
clusters: [{name: c, cluster: {server: "${server}", certificate-authority-data: ${Buffer.from(CERTIFICATE_A).toString('base64')}}}]
users: [{name: u, user: ${user}}, {name: v, user: {token: of-another}}]
contexts: [{name: one, context: {cluster: c, user: u, namespace: from-context}}, {name: two, context: {cluster: c, user: v}}]
current-context: one`

/** The stored row, and the credential as the engine and the driver open it. */
async function stored(id: string) {
  const row = await db().cluster.findUniqueOrThrow({ where: { id } })
  const unsealed = unseal({ bytes: row.credential ?? new Uint8Array(), keyId: row.credentialKey }, required('SLIPWAY_SEALING_KEY'))
  return { row, config: KubernetesConfig.parse(row.config), open: (config: KubernetesConfig) => openCredential(config, unsealed) }
}

async function refused(result: ReturnType<typeof addCluster> | ReturnType<typeof editCluster>, path: string, message: RegExp) {
  expect(await result).toMatchObject({ problem: { code: 'invalid', fields: [{ path, message: expect.stringMatching(message) }] } })
}

describe('a Kubernetes cluster', () => {
  it('is registered with its token sealed for its server, and shown without it', async () => {
    const made = value(await addCluster(admin, input()))
    const { row, config, open } = await stored(made.id)
    expect(row).toMatchObject({ driver: 'kubernetes', location: 'on-prem' })
    expect(config).toMatchObject({ server: SERVER, ca: CERTIFICATE_A, namespace: 'models', mode: 'gateway' })
    expect(open(config)).toEqual({ token: TOKEN })
    expect(() => open({ ...config, server: 'https://10.6.6.6:6443' })).toThrow(/another server/)
    const shown = await getCluster(admin, made.id)
    expect(shown).toMatchObject({
      publicUrl: 'https://models.example.org',
      adminUrl: null,
      kubernetes: { server: SERVER, auth: 'token', gateway: { name: 'public', namespace: 'gateways' } },
    })
    expect(JSON.stringify(shown)).not.toContain(TOKEN)
  })

  it('is driven as it was added: by Deployments, or through KServe, where no autoscaler is offered', async () => {
    const made = value(await addCluster(admin, input({ mode: 'kserve' })))
    expect((await getCluster(admin, made.id)).kubernetes).toMatchObject({ mode: 'kserve' })
    const edit = (other: object) => editCluster(admin, { driver: 'kubernetes', clusterId: made.id, ...other })
    await refused(edit({ mode: 'gateway' }), 'mode', /How a cluster is driven stays/)
    value(await edit({ publicUrl: 'https://other.example.org' }))
    expect((await stored(made.id)).config).toMatchObject({ mode: 'kserve', publicUrl: 'https://other.example.org' })
    const autoscaler = { serving: { autoscaler: { max: 4 } } }
    await refused(edit(autoscaler), 'serving.autoscaler.max', /not offered through KServe/)
    await refused(addCluster(admin, input({ mode: 'kserve', ...autoscaler })), 'serving.autoscaler.max', /Take it away/)
  })

  it('with a client certificate must have its own key, and time left', async () => {
    const pair = (certificate: string, key: string) => ({
      by: 'certificate',
      server: SERVER,
      clientCertificate: certificate,
      clientKey: key,
    })
    const made = value(await addCluster(admin, input({ access: pair(CERTIFICATE_A, KEY_A) })))
    const { config, open } = await stored(made.id)
    expect(open(config)).toEqual({ clientCertificate: CERTIFICATE_A, clientKey: KEY_A })
    await refused(
      addCluster(admin, input({ access: pair(CERTIFICATE_A, KEY_B) })),
      'access.clientKey',
      /does not belong to the certificate/,
    )
    await refused(addCluster(admin, input({ access: pair(ENDED_A, KEY_A) })), 'access.clientCertificate', /ended on 2001-01-01/)
    const broken = '-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----'
    await refused(addCluster(admin, input({ access: pair(broken, KEY_A) })), 'access.clientCertificate', /cannot be read/)
    await refused(
      addCluster(admin, input({ access: { ...access, ca: `${CERTIFICATE_A}\n${broken}` } })),
      'access.ca',
      /certificate 2 in it/,
    )
  })

  it('comes from a kubeconfig by the context that is chosen', async () => {
    const of = (context?: string, namespace?: string) =>
      addCluster(admin, input({ namespace, access: { by: 'kubeconfig', kubeconfig: kubeconfig(`{token: ${TOKEN}}`), context } }))
    const one = await stored(value(await of()).id)
    expect([one.config.namespace, one.open(one.config)]).toEqual(['from-context', { token: TOKEN }])
    const two = await stored(value(await of('two', 'typed')).id)
    expect([two.config.namespace, two.open(two.config)]).toEqual(['typed', { token: 'of-another' }])
    await refused(of('three'), 'access.context', /Choose one of: one, two/)
  })

  it('of a kubeconfig that would run a program, or of an address inside, is refused before anything is stored', async () => {
    const before = await db().cluster.count()
    const of = (user: string, server?: string) =>
      addCluster(admin, input({ access: { by: 'kubeconfig', kubeconfig: kubeconfig(user, server) } }))
    await refused(of('{exec: {command: id}}'), 'access.kubeconfig', /users\[u\]\.user\.exec is refused/)
    await refused(of(`{token: ${TOKEN}}`, 'https://169.254.169.254'), 'access.kubeconfig', /link-local/)
    for (const [server, why] of [
      ['https://169.254.169.254', /link-local/],
      ['https://127.0.0.1:6443', /loopback/],
      ['https://localhost:6443', /this machine/],
      ['https://metadata.google.internal', /metadata/],
    ] as const)
      await refused(addCluster(admin, input({ access: { ...access, server } })), 'access.server', why)
    expect(await db().cluster.count()).toBe(before)
  })

  it('on this machine is taken where the house allows it', async () => {
    const before = env().SLIPWAY_CLUSTER_TARGETS
    env().SLIPWAY_CLUSTER_TARGETS = ['private', 'loopback']
    const made = await addCluster(admin, input({ access: { ...access, server: 'https://127.0.0.1:6443' } }))
    env().SLIPWAY_CLUSTER_TARGETS = before
    expect(made.ok).toBe(true)
  })

  it('that the engine runs in is reached at its own address only', async () => {
    const made = value(await addCluster(admin, input({ access: { by: 'in-cluster', server: 'https://attacker.example' } })))
    const { config, open } = await stored(made.id)
    expect([config.server, open(config)]).toEqual([IN_CLUSTER_SERVER, 'in-cluster'])
    expect(() => openCredential({ ...config, server: SERVER }, bindCredential({ ...config, server: SERVER }, 'in-cluster'))).toThrow(/only/)
  })

  it('needs its secret again for another server, CA, TLS name or kind of credential, and keeps it for all else', async () => {
    const made = value(await addCluster(admin, input()))
    const edit = (change: object) => editCluster(admin, { driver: 'kubernetes', clusterId: made.id, ...change })
    const { token: _, ...kept } = access
    const before = await stored(made.id)
    for (const other of [{ server: 'https://10.0.0.8:6443' }, { ca: CERTIFICATE_B }, { ca: null }, { tlsServerName: 'kubernetes' }])
      await refused(edit({ access: { ...kept, ...other } }), 'access.token', /shown to https:\/\/10\.0\.0\.7:6443 only/)
    await refused(edit({ access: { ...kept, by: 'certificate' } }), 'access.clientKey', /Give it again/)
    expect((await stored(made.id)).row).toEqual(before.row)
    value(await edit({ access: kept, namespace: 'other', gateway: null, publicUrl: null }))
    const after = await stored(made.id)
    expect(after.config).toMatchObject({ namespace: 'other', gateway: null, publicUrl: null, server: SERVER })
    expect(after.row.credential).toEqual(before.row.credential)
    value(await edit({ access: { ...kept, server: 'https://10.0.0.8:6443', token: 'another-token' } }))
    const moved = await stored(made.id)
    expect(moved.open(moved.config)).toEqual({ token: 'another-token' })
    expect(moved.config).toMatchObject({ server: 'https://10.0.0.8:6443', namespace: 'other' })
  })

  it('keeps what its driver alone reads when it is edited', async () => {
    const made = value(await addCluster(admin, input()))
    const { row } = await stored(made.id)
    await db().cluster.update({ where: { id: made.id }, data: { config: { ...(row.config as object), serving: { cpu: '2' } } } })
    value(await editCluster(admin, { driver: 'kubernetes', clusterId: made.id, hostname: 'models.example.org' }))
    expect((await stored(made.id)).row.config).toMatchObject({ serving: { cpu: '2' }, hostname: 'models.example.org' })
  })

  it('runs models as it was told, and an edit changes only what it names', async () => {
    const digest = `host/image@sha256:${'a'.repeat(64)}`
    const serving = { runtime: 'triton', images: { triton: digest }, cpu: '2', autoscaler: { max: 6 }, nodeSelector: { pool: 'gpu' } }
    const made = value(await addCluster(admin, input({ serving })))
    const edit = (change: object) => editCluster(admin, { driver: 'kubernetes', clusterId: made.id, serving: change })
    const shown = async () => (await getCluster(admin, made.id)).kubernetes?.serving
    expect(await shown()).toMatchObject({ ...serving, autoscaler: { max: 6, cpu: 70 }, memory: '512Mi', gpu: null })
    value(await edit({ images: { mlserver: digest }, autoscaler: null, gpu: { count: 2 } }))
    expect(await shown()).toMatchObject({
      runtime: 'triton',
      images: { triton: digest, mlserver: digest },
      cpu: '2',
      autoscaler: null,
      gpu: { count: 2, resource: 'nvidia.com/gpu' },
    })
    await refused(edit({ cpu: 'much' }), 'serving.cpu', /quantity of Kubernetes/)
    await refused(edit({ images: { triton: 'host/image:latest' } }), 'serving.images.triton', /by its digest/)
    await refused(edit({ runtime: 'custom' }), 'serving.runtime', /described whole/)
    await refused(edit({ autoscaler: { max: 0 } }), 'serving.autoscaler.max', /./)
  })

  it('stays of its kind', async () => {
    const made = value(await addCluster(admin, input()))
    await refused(
      editCluster(admin, { clusterId: made.id, adminUrl: 'http://127.0.0.1:1', adminToken: 'x'.repeat(20) }),
      'driver',
      /of the kind kubernetes/,
    )
  })
})
