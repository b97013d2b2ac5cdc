import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localDriver } from '@/lib/drivers/local/driver'
import { CLUSTER, ClusterProcess } from '@/lib/serving/testing/cluster-process'
import { Load } from '@/lib/serving/testing/load'
import { until } from '@/lib/serving/testing/until'
import { TestWeb } from '@/lib/serving/testing/web'
import { arm, wish } from '@/lib/serving/testing/wish'
import type { Wish } from '../wish'
import { commandOf } from './box'

const web = new TestWeb()
const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-box-'))
let cluster: ClusterProcess
let served: Wish
const signal = () => AbortSignal.timeout(5_000)

beforeAll(async () => {
  const digests = [web.publish('examples/flights/live.onnx'), web.publish('examples/flights/better.onnx')]
  cluster = new ClusterProcess(await web.open(), web.identityToken)
  await cluster.start()
  writeFileSync(path.join(folder, 'keys.json'), JSON.stringify({ clusters: { [CLUSTER]: { admin: cluster.target.credential } } }))
  served = wish([arm(digests[0], { weight: 5_000 }), arm(digests[1], { role: 'candidate', number: 2, weight: 5_000 })])
  await localDriver.apply(cluster.target, served, signal())
  await until(async () => (await observe())?.generation === 1)
})
afterAll(async () => {
  await cluster.kill()
  await web.close()
  rmSync(folder, { recursive: true, force: true })
})

async function observe() {
  const seen = await localDriver.observe(cluster.target, signal())
  return seen.ok ? seen.endpoints.get(served.endpointId) : undefined
}

const text = (held: Wish) =>
  commandOf(served.endpointId, { cluster: CLUSTER, driver: 'local', config: cluster.target.config, wish: held, promoted: new Set() })

/** As somebody would who copies the text into a shell. */
function paste(code: string) {
  const PATH = `${path.dirname(process.execPath)}:/usr/bin:/bin`
  return promisify(execFile)('sh', ['-c', code], { env: { PATH, NODE_ENV: 'test', SLIPWAY_DATA_DIR: folder } })
}

test('the very text of the box moves all traffic, with web down, and an engine that comes late is refused', async () => {
  web.down = true
  const { to, code } = text(served)
  expect(to).toBe(1)
  await paste(code ?? '')
  expect(await observe()).toMatchObject({ generation: 2, arms: [{ weight: 10_000 }, { weight: 0 }], byHand: { at: expect.any(Number) } })
  const load = new Load(cluster.url, '/prod/v2/models/delay/infer', 2)
  await until(() => load.seen.answers > 50)
  expect([...(await load.stop()).versions.keys()]).toEqual(['1'])
  expect(await localDriver.apply(cluster.target, { ...served, fence: 50, generation: 9 }, signal())).toMatchObject({ kind: 'stale' })
})

test('the text holds no token, and says which version it goes to', () => {
  const { code, says } = text(served)
  expect(`${code}${says}`).not.toContain(cluster.target.credential)
  expect(code).toContain('{"version":1}')
})

test('with nothing else loaded there is no text, and a number that is not loaded is refused with what is', async () => {
  expect(text({ ...served, arms: [served.arms[0]] })).toMatchObject({ to: null, code: null, says: expect.stringContaining('rescue') })
  const wrong = text(served).code?.replace('"version":1', '"version":7') ?? ''
  await expect(paste(wrong)).rejects.toMatchObject({ stdout: expect.stringContaining('Loaded: v1, v2') })
})
