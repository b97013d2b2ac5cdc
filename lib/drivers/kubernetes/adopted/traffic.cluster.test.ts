import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { needs } from '@/tools/k8s/cluster.fixture'
import { readyAddresses } from '@/tools/k8s/deployment.fixture'
import { startGatewayStatus } from '@/tools/k8s/gateway-status'
import { type Router, startRouter } from '@/tools/k8s/router/router'
import { DriverCluster } from '../cluster.fixture'
import { Legacy } from './legacy.fixture'

/** The one gateway of the namespace: what it accepts, it routes by. */
const cluster = new DriverCluster('gateway', async (server, namespace) => {
  if (server.existing) return startGatewayStatus(server, namespace)
  router = await startRouter(server, { namespace, gateway: { name: 'public', namespace }, dial })
  return { decree: (verdict) => router.status.decree(verdict), stop: () => router.stop() }
})
const legacy = new Legacy(cluster)
/** Stand for all pods: of the old Deployment, and of Slipway's versions. */
const [oldServer, ourServer] = ['old', 'ours'].map((name) =>
  // A connection that the router keeps is not closed while it may just be writing on it.
  http.createServer({ keepAliveTimeout: 65_000 }, ({ url, headers }, response) =>
    response.end(
      JSON.stringify({ by: name, url, generation: headers['x-slipway-generation'] ?? null, roles: headers['x-slipway-roles'] ?? null }),
    ),
  ),
)
const legacyPods = new Set<string>()
let router: Router

function dial(address: string) {
  const server = legacyPods.has(address) ? oldServer : ourServer
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

beforeEach((context) => needs(context, cluster.shared.server, 'kubelet'))
beforeAll(async () => {
  for (const each of [oldServer, ourServer]) await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  for (const each of [oldServer, ourServer]) {
    each.closeAllConnections()
    each.close()
  }
})

interface Answered {
  status: number
  by: string
  url: string
  generation: string | null
  roles: string | null
}

/** A caller of the old address. */
async function ask(headers: Record<string, string> = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${router.url}/legacy/infer`, { headers: { host: 'legacy.example.org', ...headers } }, async (response) => {
      let body = ''
      response.once('error', reject)
      for await (const part of response) body += part
      resolve({ status: response.statusCode ?? 0, ...(response.statusCode === 200 ? JSON.parse(body) : { by: body }) })
    })
    request.once('error', reject)
  })
}

/** Callers that never stop asking, until `work` is done: all that they were answered. */
async function under(work: () => Promise<void>): Promise<Answered[]> {
  const answers: Answered[] = []
  let going = true
  const caller = async () => {
    while (going) answers.push(await ask())
  }
  const done = work().finally(() => {
    going = false
  })
  await Promise.all([done, caller(), caller()])
  return answers
}

const shareOf = (answers: readonly Answered[], by: string) => answers.filter((each) => each.by === by).length / answers.length

test('callers of the old address are answered throughout: while it is tried, moves in shares, goes by a canary, and goes back', async () => {
  const wish: Wish = cluster.wish()
  await Promise.all([legacy.make(), cluster.routed(wish)])
  const { api, namespace } = cluster.shared
  for (const address of await readyAddresses(api, namespace, 'legacy')) legacyPods.add(address)
  const { driver } = cluster
  const take = async (share: number) => {
    const answer = await driver.survey?.(cluster.target(), cluster.signal())
    const seen = answer?.ok ? (answer.routes[0]?.seen ?? '') : ''
    const asked = { endpointId: wish.endpointId, route: 'legacy', seen, share, rewrite: false, despite: [] }
    expect(await driver.takeRoute?.(cluster.target(), asked, cluster.signal())).toMatchObject({ ok: true })
    await legacy.accepted()
  }
  const many = () => Promise.all(Array.from({ length: 100 }, () => ask()))
  /** Until the router has what the API server has: then so many of 100 requests are ours. */
  const ours = (wanted: (share: number) => boolean) => vi.waitUntil(async () => wanted(shareOf(await many(), 'ours')), 30_000)
  /** What a version answers who asks for it, as soon as its Service leads to it: Kubernetes needs a moment from a ready pod to that. */
  const tried = (arm: string) => vi.waitUntil(async () => [await ask({ 'x-slipway-arm': arm })].find(({ by }) => by === 'ours'), 30_000)
  const answers = await under(async () => {
    await take(0)
    await ours((share) => share === 0)
    expect(await tried('live')).toMatchObject({ url: '/legacy/infer', generation: '1', roles: expect.stringMatching(/=pinned$/) })
    await take(5_000)
    // Five standard deviations of 100 draws.
    await ours((share) => Math.abs(share - 0.5) < 0.25)
    await take(10_000)
    await ours((share) => share === 1)
    // As an engine does: it is there first, and then gets its share.
    const candidate = cluster.arm({ role: 'candidate', number: 2, weight: 0 })
    await cluster.routed({ ...wish, generation: 2, fence: 2, arms: [...wish.arms, candidate] })
    await tried('candidate')
    const arms = [
      { ...wish.arms[0], weight: 5_000 },
      { ...candidate, weight: 5_000 },
    ]
    await cluster.routed({ ...wish, generation: 3, fence: 3, arms })
    const led = await vi.waitUntil(async () => [await ask()].find(({ generation }) => generation === '3'), 30_000)
    expect(led).toMatchObject({ by: 'ours', roles: expect.stringMatching(/=live,.*=candidate$/) })
    expect(await driver.returnRoute?.(cluster.target(), { endpointId: wish.endpointId, route: 'legacy' }, cluster.signal())).toMatchObject({
      ok: true,
    })
    await ours((share) => share === 0)
  })
  expect(answers.length).toBeGreaterThan(100)
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
})
