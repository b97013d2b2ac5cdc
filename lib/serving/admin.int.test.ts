import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localDriver } from '@/lib/drivers/local/driver'
import type { Wish } from '@/lib/endpoints/wish'
import { ClusterProcess } from './testing/cluster-process'
import { until } from './testing/until'
import { TestWeb } from './testing/web'
import { arm, wish } from './testing/wish'

const web = new TestWeb()
let cluster: ClusterProcess
let served: Wish
const signal = () => AbortSignal.timeout(5_000)

beforeAll(async () => {
  const digest = web.publish('examples/flights/live.onnx')
  cluster = new ClusterProcess(await web.open(), web.identityToken)
  await cluster.start()
  served = wish([arm(digest)])
  await localDriver.apply(cluster.target, served, signal())
  await until(async () => (await observe())?.generation === 1)
})
afterAll(async () => {
  await cluster.kill()
  await web.close()
})

async function observe() {
  const seen = await localDriver.observe(cluster.target, signal())
  return seen.ok ? seen.endpoints.get(served.endpointId) : undefined
}

test('a model server is told no token, address or path of ours', () => {
  expect(cluster.servers()).toHaveLength(1)
  for (const pid of cluster.servers()) {
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .map((line) => line.split('=')[0])
    expect(names.filter((name) => name && !/^(NODE_ENV|LANG|NODE_CHANNEL_.*)$/.test(name))).toEqual([])
  }
})

test('each admin call needs the token of its cluster', async () => {
  const url = `http://127.0.0.1:${cluster.adminPort}/v1/clusters`
  for (const [name, token] of [
    ['cloud', 'wrong'],
    ['cloud', ''],
    ['other', 'admin-token-of-tests'],
  ]) {
    const answer = await fetch(`${url}/${name}/endpoints/${served.endpointId}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ ...served, fence: 9, arms: [] }),
    })
    expect(answer.status).toBe(401)
  }
  expect((await observe())?.fence).toBe(1)
})

test.each([
  ['weights that do not add up', { arms: [{ weight: 500 }] }, /add up to 500 basis points/],
  ['weight without replicas', { arms: [{ weight: 10_000, replicas: 0 }] }, /has weight but no replicas/],
  ['a digest that is none', { arms: [{ digest: '../../etc/passwd' }] }, /Wrong at arms.0.digest/],
  [
    'bins that fall',
    { arms: [{ baseline: { id: '00000000-0000-4000-8000-000000000000', features: [{ name: 'a', edges: [2, 1] }], score: null } }] },
    /bins of "a"/,
  ],
])('a wish with %s is refused with the reason, and nothing changes', async (_what, over, reason) => {
  const wrong = { ...served, fence: 9, arms: over.arms.map((one) => ({ ...served.arms[0], weight: 10_000, ...one })) }
  expect(await localDriver.apply(cluster.target, wrong, signal())).toMatchObject({
    ok: false,
    kind: 'refused',
    reason: expect.stringMatching(reason),
  })
  expect((await observe())?.fence).toBe(1)
})

test('a second endpoint at the same address is refused', async () => {
  const second = wish(served.arms)
  expect(await localDriver.apply(cluster.target, second, signal())).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/has the address/),
  })
})
