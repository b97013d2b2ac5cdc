import { beforeEach, expect, test, vi } from 'vitest'
import { needs } from '@/tools/k8s/cluster.fixture'
import { DriverCluster } from '../cluster.fixture'
import { Legacy } from './legacy.fixture'

const cluster = new DriverCluster()
const legacy = new Legacy(cluster)

beforeEach((context) => needs(context, cluster.shared.server, 'kubelet'))

async function survey() {
  const answer = await cluster.driver.survey?.(cluster.target(), cluster.signal())
  if (!answer?.ok) throw new Error(answer?.reason)
  return answer
}

test('what else serves through the gateway is listed with what runs behind it; routes of Slipway and of other gateways are not', async () => {
  await cluster.routed(cluster.wish())
  await legacy.make()
  const other = new Legacy(cluster, 'elsewhere')
  await other.route({}, 'kubectl', { parentRefs: [{ name: 'internal' }] })
  const found = await vi.waitUntil(async () => {
    const answer = await survey()
    return answer.routes[0]?.rules[0]?.backends[0]?.deployments[0]?.ready === 1 && answer
  }, 30_000)
  const deployment = { name: 'legacy', images: ['registry.k8s.io/pause:3.10'], ready: 1, wanted: 1, writers: [] }
  expect(found).toEqual({
    ok: true,
    elsewhere: 1,
    inferences: { found: [], more: 0, unseen: null },
    routes: [
      {
        name: 'legacy',
        seen: expect.any(String),
        adopted: null,
        hostnames: ['legacy.example.org'],
        rules: [{ matches: 'paths under /legacy', backends: [{ service: 'legacy', port: 80, share: 10_000, deployments: [deployment] }] }],
        obstacles: [],
        writers: [],
      },
    ],
  })
})

test('a route that Argo CD writes, or that has a backend that is not there, says so', async () => {
  await legacy.make()
  const before = await legacy.read()
  await legacy.route({ backendRefs: [{ name: 'gone', port: 80 }] }, 'argocd-controller')
  const [route] = (await survey()).routes
  expect(route.writers).toEqual([{ tool: 'Argo CD', words: expect.stringContaining('RespectIgnoreDifferences=true') }])
  expect(route.obstacles).toEqual([expect.stringMatching(/^There is no Service gone/)])
  // Looking wrote nothing: the one change is the one that was made here.
  expect((await legacy.read()).metadata.generation).toBe(before.metadata.generation + 1)
})
