import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KEYS, Storage } from '@/lib/artifacts/location/storage.fixture'
import { runningNamespace } from '@/tools/k8s/running/kubelet.fixture'
import { seen } from '@/tools/k8s/seen'
import { podSpec } from './render/pod'
import { armOf, servingWith } from './render/wish.fixture'
import { Pod, replicaOf } from './replicas'

const { server, api, namespace } = runningNamespace()
const core = `/api/v1/namespaces/${namespace}`
const bytes = readFileSync('examples/flights/live.onnx')
const digest = createHash('sha256').update(bytes).digest('hex')
const storage = new Storage()
const volume = mkdtempSync(path.join(os.tmpdir(), 'slipway-volume-'))

beforeAll(async () => {
  if (server.existing) return
  await storage.open()
  storage.objects.set('/models/delay/live.onnx', bytes)
  mkdirSync(path.join(volume, 'delay'))
  writeFileSync(path.join(volume, 'delay/live.onnx'), bytes)
  await secret('slipway-identity', { token: 'an identity' })
  await secret('model-storage', { 'access-key-id': KEYS.accessKeyId, 'secret-access-key': KEYS.secretAccessKey })
  await claim()
})
afterAll(async () => {
  await storage.close()
  if (!server.existing) await api.send('DELETE', `/api/v1/persistentvolumes/${namespace}`).catch(() => undefined)
  rmSync(volume, { recursive: true, force: true })
})

async function secret(name: string, stringData: Record<string, string>): Promise<void> {
  await api.send('POST', `${core}/secrets`, { metadata: { name }, stringData })
}

/** A claim named shared, bound to a folder of this machine. */
async function claim(): Promise<void> {
  const [storageSize, accessModes] = [{ storage: '1Gi' }, ['ReadOnlyMany']]
  const of = { capacity: storageSize, accessModes, hostPath: { path: volume }, storageClassName: 'none' }
  await api.send('POST', '/api/v1/persistentvolumes', { metadata: { name: namespace }, spec: of })
  const spec = { accessModes, resources: { requests: storageSize }, volumeName: namespace, storageClassName: 'none' }
  await api.send('POST', `${core}/persistentvolumeclaims`, { metadata: { name: 'shared' }, spec })
}

/** Says the SHA-256 of the model that its init container left. */
const SAYS =
  "const f = process.argv[1].split('=')[1]; console.log(require('node:crypto').createHash('sha256').update(require('node:fs').readFileSync(f)).digest('hex')); setInterval(() => undefined, 1e6)"

/** A pod with the init container and the volumes that the driver gives to a version's, and a server that only says what it found. */
async function run(name: string, location: string, sha256 = digest) {
  const serving = servingWith({ source: { endpoint: storage.url, region: 'eu-west-1', secret: 'model-storage' } })
  const { initContainers, volumes } = podSpec({
    arm: armOf(1, { digest: sha256, location }),
    model: 'delay',
    name,
    endpoint: name,
    serving,
  })
  const containers = [
    {
      ...{ name: 'model', image: 'registry.example.org/slipway', command: ['node', '-e', SAYS, '--', '--file=/models/model.onnx'] },
      volumeMounts: [{ name: 'models', mountPath: '/models' }],
    },
  ]
  const own = volumes.filter((each) => each.name !== 'version' && each.name !== 'endpoint')
  await api.send('POST', `${core}/pods`, { metadata: { name }, spec: { initContainers, containers, volumes: own } })
}

const replica = async (name: string) => replicaOf(Pod.parse(await api.get(`${core}/pods/${name}`)))

test.each([
  ['s3', 's3://models/delay/live.onnx'],
  ['volume', 'pvc://shared/delay/live.onnx'],
])('a pod gets its model from where the version says that it lies: %s', async (name, location) => {
  await run(name, location)
  const log = `${core}/pods/${name}/log?container=model`
  const said = await seen('what it found', 60, async () => (await replica(name)).state === 'ready' && ((await api.get(log)) || false))
  expect(said).toBe(`${digest}\n`)
})

test('a pod whose file is another than the version’s never starts, and its replica says why', async () => {
  await run('changed', 'pvc://shared/delay/live.onnx', 'b'.repeat(64))
  const { reason, state } = await seen('its reason', 60, async () => {
    const found = await replica('changed')
    return found.state === 'backing-off' && found
  })
  expect([state, reason]).toEqual([
    'backing-off',
    expect.stringMatching(/^CrashLoopBackOff: .*live\.onnx: The artifact's SHA-256 is [0-9a-f]{12}, not b{12}: it is refused\.$/),
  ])
})

test('a pod of a claim that is not there waits for it, and the cluster says so', async () => {
  await run('lost', 'pvc://lost/delay/live.onnx')
  const events = async () => (await api.get<{ items: { reason: string; message: string }[] }>(`${core}/events`)).items
  await seen('a warning', 60, async () =>
    (await events()).some(({ message }) => message.includes('persistentvolumeclaim "lost" not found')),
  )
  expect((await replica('lost')).state).toBe('starting')
})
