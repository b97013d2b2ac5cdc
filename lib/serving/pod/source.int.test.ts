import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KEYS, Storage } from '@/lib/artifacts/location/storage.fixture'
import { makePlace, type Place } from '@/lib/monitoring/place.fixture'
import { tokenFor } from '../fetch-location'
import { arm, wish } from '../testing/wish'
import { Doors, PodProcess } from './pod.fixture'

const bytes = readFileSync('examples/flights/live.onnx')
const digest = createHash('sha256').update(bytes).digest('hex')
const storage = new Storage()
let place: Place
let doors: Doors
let pods: PodProcess[] = []

beforeAll(async () => {
  await storage.open()
  storage.objects.set('/models/delay/live 1.onnx', bytes)
})
afterAll(() => storage.close())
beforeEach(async () => {
  place = await makePlace()
  doors = new Doors()
  await doors.open(place)
})
afterEach(async () => {
  await Promise.all(pods.map((pod) => pod.close()))
  pods = []
  await doors.close()
})

/** A pod of a version whose file lies at `location`, on a cluster whose pods fetch from there. Slipway does not hold it. */
function podAt(location: string, sha256 = digest): PodProcess {
  const source = { endpoint: storage.url, region: 'eu-west-1', secret: 'model-storage' }
  const pod = new PodProcess(wish([arm(sha256, { versionId: place.live, location })], { endpointId: place.endpointId }), doors, { source })
  pods.push(pod)
  pod.write('source/access-key-id', `${KEYS.accessKeyId}\n`)
  pod.write('source/secret-access-key', `${KEYS.secretAccessKey}\n`)
  return pod
}

describe('a pod whose cluster fetches from the versions’ own locations', () => {
  test('gets its model from S3-compatible storage by the keys of its Secret, and serves', async () => {
    const pod = podAt('s3://models/delay/live 1.onnx')
    expect(await pod.fetch()).toEqual({ code: 0, said: '' })
    expect(readFileSync(pod.artifact).equals(bytes)).toBe(true)
    await pod.serve()
    expect((await fetch(`${pod.url}/ready`)).status).toBe(200)
  })

  test('gets its model from a mounted volume', async () => {
    const pod = podAt('pvc://shared/delay/live.onnx')
    mkdirSync(path.join(pod.folder, 'slipway/volume/delay'), { recursive: true })
    pod.write('volume/delay/live.onnx', bytes)
    expect(await pod.fetch()).toEqual({ code: 0, said: '' })
    expect(readFileSync(pod.artifact).equals(bytes)).toBe(true)
  })

  const other = 'b'.repeat(64)
  test.each<[string, () => PodProcess, RegExp]>([
    [
      'another file',
      () => podAt('s3://models/delay/live 1.onnx', other),
      /^s3:\/\/models\/delay\/live 1\.onnx: The artifact's SHA-256 is [0-9a-f]{12}, not b{12}: it is refused\.\n$/,
    ],
    ['no such key', () => podAt('s3://models/none'), /^127\.0\.0\.1:\d+ answered 404: there is no such key in the bucket\.\n$/],
    [
      'no such file on the volume',
      () => podAt('pvc://shared/none.onnx'),
      /slipway\/volume\/none\.onnx: there is no such file on the volume\.\n$/,
    ],
    ['an address of this pod', () => podAt('https://127.0.0.1/x'), /loopback address, this machine itself: it is not asked\.\n$/],
    ['metadata', () => podAt('https://169.254.169.254/x'), /link-local address.*not asked\.\n$/],
  ])('never starts with %s there: it says so at once, and asks nobody else', async (_name, pod, said) => {
    doors.publish('examples/flights/live.onnx', digest)
    const started = pod()
    expect(await started.fetch()).toEqual({ code: 1, said: expect.stringMatching(said) })
    await expect(started.serve()).rejects.toThrow()
  })

  test('shows the token of its Secret to the host that stands beside it, and to no other that a version names', () => {
    const pod = podAt('https://models.example.org/x')
    const secrets = path.join(pod.folder, 'slipway/source')
    pod.write('source/token', 'a-token\n')
    expect(tokenFor(secrets, 'https://models.example.org/x')).toBeUndefined()
    pod.write('source/host', 'models.example.org\n')
    const hosts = [
      'https://models.example.org/x',
      'https://evil.example/x',
      'https://models.example.org:8443/x',
      'https://models.example.org.evil.example/',
    ]
    expect(hosts.map((url) => tokenFor(secrets, url))).toEqual(['a-token', undefined, undefined, undefined])
    expect(tokenFor(null, hosts[0])).toBeUndefined()
  })

  test('with a wrong secret is told by the storage’s own reason', async () => {
    const pod = podAt('s3://models/delay/live 1.onnx')
    pod.write('source/secret-access-key', 'another')
    expect(await pod.fetch()).toEqual({
      code: 1,
      said: expect.stringContaining('the secret access key does not belong to the access key id'),
    })
  })
})
