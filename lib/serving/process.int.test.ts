import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localDriver } from '@/lib/drivers/local/driver'
import type { Wish } from '@/lib/endpoints/wish'
import { ClusterProcess, runs } from './testing/cluster-process'
import { Load } from './testing/load'
import { spooledIn } from './testing/spooled'
import { until } from './testing/until'
import { TestWeb } from './testing/web'
import { arm, inferBody, wish } from './testing/wish'

let web: TestWeb
let cluster: ClusterProcess
let served: Wish
const signal = () => AbortSignal.timeout(5_000)
const PATH = '/prod/v2/models/delay/infer'

beforeEach(async () => {
  web = new TestWeb()
  const digests = [web.publish('examples/flights/live.onnx'), web.publish('examples/flights/better.onnx')]
  cluster = new ClusterProcess(await web.open(), web.identityToken)
  await cluster.start()
  served = wish([arm(digests[0], { weight: 9_500 }), arm(digests[1], { role: 'candidate', number: 2, weight: 500 })])
  expect(await localDriver.apply(cluster.target, served, signal())).toMatchObject({ ok: true })
  await acknowledged()
})
afterEach(async () => {
  await cluster.kill()
  await web.close()
})

async function observe() {
  const seen = await localDriver.observe(cluster.target, signal())
  return seen.ok ? seen.endpoints.get(served.endpointId) : undefined
}
function acknowledged() {
  return until(async () => {
    const seen = await observe()
    return seen?.generation === 1 && seen.arms.every((one) => one.ready === 1) && seen
  })
}
const infer = (body = inferBody()) => fetch(`${cluster.url}${PATH}`, { method: 'POST', body })

test('after kill -9, with the web down, it serves the stored wish, and still refuses an earlier one', async () => {
  web.down = true
  await cluster.kill()
  await cluster.start()
  expect(await acknowledged()).toMatchObject({ fence: 1, generation: 1, arms: [{ weight: 9_500 }, { weight: 500 }] })
  expect((await infer()).status).toBe(200)
  expect(await localDriver.apply(cluster.target, { ...served, fence: 0 }, signal())).toMatchObject({
    kind: 'stale',
    fence: 1,
    generation: 1,
  })
  expect(await localDriver.apply(cluster.target, { ...served, salt: 'x' }, signal())).toMatchObject({ kind: 'conflict' })
})

test.each(['SIGKILL', 'SIGTERM'] as const)('%s of the cluster leaves no model server behind', async (how) => {
  const servers = cluster.servers()
  expect(servers).toHaveLength(2)
  await cluster.kill(how)
  await until(() => servers.every((pid) => !runs(pid)))
})

test('it ends when its parent is gone, and its model servers with it', async () => {
  const servers = cluster.servers()
  const { child } = cluster
  child?.disconnect()
  await until(() => child?.exitCode !== null)
  await until(() => servers.every((pid) => !runs(pid)))
})

test('SIGTERM under load answers what is in flight and reports everything, with a final watermark', async () => {
  const load = new Load(cluster.url, PATH, 4)
  await until(() => load.seen.answers > 200)
  await cluster.kill('SIGTERM')
  const seen = await load.stop()
  expect([...seen.statuses.keys()]).toEqual([200])
  expect(web.sum((row) => row.n)).toBe(seen.answers)
  expect(web.flushes.at(-1)).toMatchObject({ final: true })
})

test('killed while the web is down it loses at most its last flush: the next boot sends what was on disk, as the old source', async () => {
  const before = web.flushes.at(-1)?.boot
  web.down = true
  for (let i = 0; i < 40; i += 1) await (await infer()).text()
  const spool = path.join(cluster.dataDir, 'clusters', 'cloud', 'spool')
  await until(async () => {
    const probe = await localDriver.probe(cluster.target, signal())
    return probe.ok && probe.detail.includes('web down')
  })
  const spooled = () => (existsSync(spool) ? readdirSync(spool) : []).map((name) => spooledIn(path.join(spool, name)))
  await until(() => spooled().join() === '40')
  await cluster.kill()
  web.down = false
  await cluster.start()
  await until(() => web.sum((row) => row.n) === 40)
  const late = web.flushes.filter((flush) => flush.boot === before && flush.final)
  expect(late.flatMap((flush) => flush.windows).length).toBeGreaterThan(0)
  expect(new Set(web.flushes.flatMap((flush) => flush.predictions.map((row) => row.id))).size).toBe(40)
  await until(() => readdirSync(spool).length === 0)
})
