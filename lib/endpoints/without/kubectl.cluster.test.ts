import { beforeEach, expect, test } from 'vitest'
import { DriverCluster } from '@/lib/drivers/kubernetes/cluster.fixture'
import { ApiRefusal, type BodyType } from '@/tools/k8s/api'
import { needs } from '@/tools/k8s/cluster.fixture'
import type { Wish } from '../wish'
import { commandOf } from './box'
import { type Patch, pasted } from './kubectl.fixture'

const cluster = new DriverCluster()
const { driver } = cluster
const COLLECTIONS: Record<string, string> = { httproute: '/apis/gateway.networking.k8s.io/v1', service: '/api/v1' }

beforeEach((context) => needs(context, cluster.shared.server, 'kubelet'))

/** What kubectl sends for it. */
function sent({ kind, name, namespace, type, body }: Patch): Promise<unknown> {
  const path = `${COLLECTIONS[kind]}/namespaces/${namespace}/${kind}s/${name}?fieldManager=kubectl-patch`
  return cluster.shared.api.send('PATCH', path, body, `application/${type}-patch+json` as BodyType)
}

async function canary(weight: number): Promise<{ wish: Wish; patches: Patch[] }> {
  const first = cluster.wish()
  await cluster.routed(first)
  const arms = [{ ...first.arms[0], weight: 10_000 - weight }, cluster.arm({ role: 'candidate', number: 2, weight })]
  const wish = { ...first, generation: 2, fence: 2, arms }
  await cluster.routed(wish)
  const { config } = cluster.target()
  const { code } = commandOf(wish.endpointId, { cluster: 'on-prem', driver: 'kubernetes', config, wish, promoted: new Set() })
  return { wish, patches: pasted(code ?? '') }
}

/** To which version callers within the cluster are led. */
async function ledTo({ name, namespace }: Patch): Promise<string> {
  const path = `${COLLECTIONS.service}/namespaces/${namespace}/services/${name}`
  const service = await cluster.shared.api.get<{ spec: { selector: Record<string, string> } }>(path)
  return service.spec.selector['slipway.dev/version']
}

test('the text of the box moves all traffic by hand, no wish of before is written over it, and a later one brings ours back', async () => {
  const { wish, patches } = await canary(6_000)
  const [live, candidate] = wish.arms
  expect(await ledTo(patches[1])).toBe(candidate.versionId)
  // Twice: somebody in a hurry pastes it again.
  for (const patch of [...patches, ...patches]) await sent(patch)
  const theirs = await cluster.observe(wish.endpointId)
  expect(theirs).toMatchObject({ arms: [{ weight: 10_000 }, { weight: 0 }], byHand: { at: expect.any(Number) } })
  expect(await ledTo(patches[1])).toBe(live.versionId)
  const late = { ...wish, fence: 3, generation: 3 }
  expect(await driver.apply(cluster.target(), late, cluster.signal())).toMatchObject({ ok: false, kind: 'stale' })
  const restored = { ...wish, fence: (theirs?.fence ?? 0) + 1, generation: 4 }
  expect(await cluster.routed(restored)).toMatchObject({ arms: [{ weight: 4_000 }, { weight: 6_000 }], byHand: null })
  expect(await ledTo(patches[1])).toBe(candidate.versionId)
})

test('a route whose first rule is not ours any more is refused, and nothing of it changes', async () => {
  const { wish, patches } = await canary(500)
  const path = await cluster.routePath(wish)
  const route = await cluster.shared.api.get<{ spec: { rules: object[] } }>(path)
  route.spec.rules.reverse()
  await cluster.shared.api.send('PUT', path, route)
  const there = await cluster.shared.api.get<{ spec: object }>(path)
  await expect(sent(patches[0])).rejects.toThrow(ApiRefusal)
  expect((await cluster.shared.api.get<{ spec: object }>(path)).spec).toEqual(there.spec)
})
