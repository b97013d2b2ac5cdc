import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localDriver } from '@/lib/drivers/local/driver'
import type { Wish } from '@/lib/endpoints/wish'
import { newId } from '@/lib/id'
import { seal } from '@/lib/seal'
import { ClusterProcess } from '@/lib/serving/testing/cluster-process'
import { Load } from '@/lib/serving/testing/load'
import { until } from '@/lib/serving/testing/until'
import { TestWeb } from '@/lib/serving/testing/web'
import { arm, wish } from '@/lib/serving/testing/wish'
import { freePort } from '@/scripts/free-port.mjs'
import { type BookCluster, RescueBook } from './book'

const KEY = Buffer.alloc(32, 9).toString('base64url')
const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-rescue-line-'))
const book = new RescueBook(folder, KEY)
const web = new TestWeb()
let cluster: ClusterProcess
let served: Wish
const signal = () => AbortSignal.timeout(5_000)

beforeAll(async () => {
  const digests = [web.publish('examples/flights/live.onnx'), web.publish('examples/flights/better.onnx')]
  cluster = new ClusterProcess(await web.open(), web.identityToken)
  await cluster.start()
  served = wish([arm(digests[0], { weight: 5_000 }), arm(digests[1], { role: 'candidate', number: 2, weight: 5_000 })])
  await localDriver.apply(cluster.target, served, signal())
  await until(async () => {
    const seen = await localDriver.observe(cluster.target, signal())
    return seen.ok && seen.endpoints.get(served.endpointId)?.generation === 1
  })
  writeFileSync(path.join(folder, 'keys.json'), JSON.stringify({ sealing: KEY }))
  // From here on there is no web, and there never was a database.
  web.down = true
})
afterAll(async () => {
  await cluster.kill()
  await web.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What the engine would have written: the endpoint on this cluster, and on `also`. */
async function written(also: BookCluster[] = []): Promise<void> {
  const { bytes, keyId } = seal(cluster.target.credential, KEY)
  const { name, config } = cluster.target
  const own = {
    id: newId(),
    name,
    driver: 'local',
    config,
    credential: bytes.toString('base64'),
    credentialKey: keyId,
    wish: served,
    generation: 1,
  }
  await book.write({
    ...{ house: newId(), endpointId: served.endpointId, environment: served.environment, model: served.model, revision: 1, generation: 1 },
    ...{ orphan: false, places: '', replicas: 1, liveVersionId: served.arms[0].versionId, clusters: [own, ...also] },
    versions: served.arms
      .slice(0, 1)
      .map(({ versionId, number, digest, threshold, baseline }) => ({ versionId, number, digest, threshold, baseline })),
  })
}

/** `npm run rescue -- ...`, told nothing but the data folder. */
function rescue(...args: string[]): Promise<{ code: number; out: string }> {
  const env = { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, NODE_ENV: 'production' as const, SLIPWAY_DATA_DIR: folder }
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/rescue.mjs', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out: `${stdout}${stderr}` }),
    )
  })
}

test('the real command line moves all traffic of a real cluster, without web and database, and notes who it was', async () => {
  expect(await rescue('return', 'prod/delay')).toMatchObject({ code: 1, out: expect.stringContaining('empty') })
  await written()
  expect((await rescue('list')).out).toContain('v2 50 %')
  expect(await rescue('return', 'prod/delay', '--to', '2')).toMatchObject({ code: 1, out: expect.stringContaining('was never promoted') })
  const { code, out } = await rescue('return', 'prod/delay')
  expect(out).toContain('v1 has all traffic')
  expect(code).toBe(0)
  const load = new Load(cluster.url, '/prod/v2/models/delay/infer', 2)
  await until(() => load.seen.answers > 50)
  expect([...(await load.stop()).versions.keys()]).toEqual(['1'])
  const [name] = readdirSync(path.join(folder, 'rescue', 'acts'))
  const act = JSON.parse(readFileSync(path.join(folder, 'rescue', 'acts', name), 'utf8'))
  expect(act).toMatchObject({ endpointId: served.endpointId, user: os.userInfo().username, version: 1, fence: 1_001 })
  expect(out).not.toContain(cluster.target.credential)
  expect(await localDriver.apply(cluster.target, { ...served, fence: 900, generation: 7 }, signal())).toMatchObject({ kind: 'stale' })
}, 120_000)

test('a cluster that cannot be reached is named, the others are returned all the same, and the exit code says that it is not done', async () => {
  const nobody = { adminUrl: `http://127.0.0.1:${await freePort()}` }
  await written([
    { id: newId(), name: 'far-away', driver: 'local', config: nobody, credential: null, credentialKey: null, wish: served, generation: 1 },
  ])
  const { code, out } = await rescue('return', 'delay', '--to', 'v1')
  expect(out).toMatch(/cloud: written, and v1 has all traffic/)
  expect(out).toMatch(/far-away: NOT REACHED: .*cannot be reached/)
  expect(code).toBe(2)
}, 120_000)
