import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { KEYS, Storage } from '@/lib/artifacts/location/storage.fixture'
import { CERTIFICATE_B, CERTIFICATE_LOOPBACK } from '@/lib/clusters/certificates.fixture'
import { pool } from '@/lib/db'
import { makePlace, type Place } from '@/lib/monitoring/place.fixture'
import { fetchArtifact } from '../fetch-artifact'
import { until } from '../testing/until'
import { arm, inferBody, wish } from '../testing/wish'
import { Doors, PodProcess } from './pod.fixture'

const LIVE = 'examples/flights/live.onnx'
const bytes = readFileSync(LIVE)
const digest = createHash('sha256').update(bytes).digest('hex')
const storage = new Storage(true)
let doors: Doors
let place: Place
let pod: PodProcess | null = null

beforeEach(async () => {
  await storage.open()
  place = await makePlace()
  doors = new Doors(true)
  await doors.open(place)
})
afterEach(async () => {
  await pod?.close()
  await Promise.all([doors.close(), storage.close()])
})

/** A pod whose cluster names authorities of its own. */
function podWith(location?: string): PodProcess {
  const source = { endpoint: storage.url, region: 'eu-west-1', secret: 'model-storage' }
  const arms = [arm(digest, { versionId: place.live, ...(location ? { location } : {}) })]
  pod = new PodProcess(wish(arms, { endpointId: place.endpointId }), doors, { authorities: 'company-ca', source })
  // As a bundle of several: the one that counts is not the first.
  pod.write('authorities/ca.crt', `${CERTIFICATE_B}\n${CERTIFICATE_LOOPBACK}\n`)
  return pod
}

describe('where Slipway and the storage have certificates of a company’s own authority', () => {
  test('a pod fetches its model from Slipway, serves, and says what it counted', async () => {
    doors.publish(LIVE, digest)
    const started = podWith()
    expect(await started.fetch()).toEqual({ code: 0, said: '' })
    await started.serve()
    const answer = await fetch(`${started.url}/infer`, { method: 'POST', body: inferBody() })
    expect(answer.status).toBe(200)
    const sources = () => pool().query('SELECT 1 FROM telemetry.source WHERE cluster_id = $1', [place.clusterId])
    await until(async () => ((await sources()).rowCount ?? 0) > 0)
  })

  test('a pod fetches its model from S3-compatible storage', async () => {
    storage.objects.set('/models/live.onnx', bytes)
    const started = podWith('s3://models/live.onnx')
    started.write('source/access-key-id', KEYS.accessKeyId)
    started.write('source/secret-access-key', KEYS.secretAccessKey)
    expect(await started.fetch()).toEqual({ code: 0, said: '' })
    expect(readFileSync(started.artifact).equals(bytes)).toBe(true)
  })

  test('who does not know that authority is told so, and what would make it known', async () => {
    const file = path.join(podWith().folder, 'none.onnx')
    await expect(fetchArtifact({ url: doors.url, identityToken: doors.token }, digest, file, 10_000)).rejects.toThrow(
      `Slipway did not answer at ${doors.url}: its certificate is from an authority that is not known here: name it in NODE_EXTRA_CA_CERTS, for pods in the ConfigMap`,
    )
  })
})
