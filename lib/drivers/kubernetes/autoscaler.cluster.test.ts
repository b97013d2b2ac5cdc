import { beforeEach, expect, test, vi } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { needs } from '@/tools/k8s/cluster.fixture'
import { DriverCluster } from './cluster.fixture'

interface Deployment {
  metadata: { name: string; managedFields: { manager: string; operation: string; fieldsV1: { 'f:spec'?: object } }[] }
  spec: { replicas: number }
}
interface Autoscaler {
  metadata: { name: string }
  spec: { minReplicas: number; maxReplicas: number; scaleTargetRef: { kind: string; name: string }; metrics: object[] }
}

const cluster = new DriverCluster()
const { driver } = cluster
const scaled = () => cluster.target({ serving: { autoscaler: { max: 6, cpu: 60 } } })

beforeEach((context) => needs(context, cluster.shared.server, 'kubelet'))

const collection = (group: string, resource: string) => `/apis/${group}/namespaces/${cluster.shared.namespace}/${resource}`
const deploymentsPath = (endpointId: string) => `${collection('apps/v1', 'deployments')}?labelSelector=slipway.dev/endpoint=${endpointId}`

async function deploymentsOf({ endpointId }: Wish): Promise<Deployment[]> {
  return (await cluster.shared.api.get<{ items: Deployment[] }>(deploymentsPath(endpointId))).items
}

async function autoscalersOf({ endpointId }: Wish): Promise<Autoscaler[]> {
  const path = `${collection('autoscaling/v2', 'horizontalpodautoscalers')}?labelSelector=slipway.dev/endpoint=${endpointId}`
  return (await cluster.shared.api.get<{ items: Autoscaler[] }>(path)).items
}

/** What an autoscaler does: it writes how many replicas there are, and nothing else. */
async function scale({ metadata: { name } }: Deployment, replicas: number): Promise<void> {
  const path = `${collection('apps/v1', 'deployments')}/${name}/scale?fieldManager=kube-controller-manager`
  await cluster.shared.api.send('PATCH', path, { spec: { replicas } }, 'application/merge-patch+json')
}

function withCandidate(wish: Wish, weight: number, replicas = 1): Wish {
  const candidate = cluster.arm({ role: 'candidate', number: 2, weight, replicas })
  return { ...wish, generation: 2, fence: 2, arms: [{ ...wish.arms[0], weight: 10_000 - weight }, candidate] }
}

test('each version is scaled from as many replicas as are wished, and no later wish takes back what its autoscaler did', async () => {
  const first = cluster.wish({ arms: [cluster.arm({ replicas: 2 })] })
  await cluster.routed(first, scaled())
  const [live] = await deploymentsOf(first)
  expect(live.spec.replicas).toBe(2)
  expect((await autoscalersOf(first)).map(({ spec }) => spec)).toMatchObject([
    {
      minReplicas: 2,
      maxReplicas: 6,
      scaleTargetRef: { kind: 'Deployment', name: live.metadata.name },
      metrics: [{ resource: { name: 'cpu', target: { averageUtilization: 60 } } }],
    },
  ])
  const ours = live.metadata.managedFields.find(({ manager, operation }) => manager === 'slipway' && operation === 'Apply')
  expect(Object.keys(ours?.fieldsV1['f:spec'] ?? {})).toContain('f:template')
  expect(Object.keys(ours?.fieldsV1['f:spec'] ?? {})).not.toContain('f:replicas')
  await scale(live, 5)
  const second = withCandidate(first, 5_000)
  await cluster.routed(second, scaled())
  const replicas = new Map((await deploymentsOf(second)).map(({ metadata, spec }) => [metadata.name, spec.replicas]))
  expect(replicas.get(live.metadata.name)).toBe(5)
  expect([...replicas.values()].sort()).toEqual([1, 5])
  expect((await cluster.observe(second.endpointId))?.arms.map(({ wanted }) => wanted)).toEqual([5, 1])
})

test('a version whose pods are not ready gets no weight, however far its autoscaler goes', async () => {
  const first = cluster.wish()
  await cluster.routed(first, scaled())
  const second = withCandidate(first, 10_000, 2)
  const label = { 'slipway.dev/version': second.arms[1].versionId }
  cluster.shared.kubelet?.decree(label, { is: 'never-ready' })
  const turn = () => driver.apply(scaled(), second, cluster.signal())
  await turn()
  const candidate = await vi.waitUntil(
    async () => (await deploymentsOf(second)).find(({ metadata }) => metadata.name.includes('-v2-')),
    30_000,
  )
  await scale(candidate, 4)
  await vi.waitUntil(async () => {
    await turn()
    return (await cluster.observe(second.endpointId))?.arms[1]?.replicas.length === 4
  }, 60_000)
  expect(await cluster.observe(second.endpointId)).toMatchObject({ generation: 1, arms: [{ weight: 10_000 }, { weight: 0, ready: 0 }] })
  cluster.shared.kubelet?.decree(label, { is: 'ready' })
  expect(await cluster.routed(second, scaled())).toMatchObject({ arms: [{ weight: 0 }, { weight: 10_000 }] })
})

test('from a fixed scale to an autoscaler and back no replica is lost, and the autoscaler ends', async () => {
  const { api } = cluster.shared
  const first = cluster.wish({ arms: [cluster.arm({ replicas: 3 })] })
  await cluster.routed(first)
  const path = deploymentsPath(first.endpointId)
  const { metadata } = await api.get<{ metadata: { resourceVersion: string } }>(path)
  const ending = new AbortController()
  const seen = new Set<number>()
  const watching = (async () => {
    for await (const { object } of api.watch<Deployment>(path, metadata.resourceVersion, ending.signal)) seen.add(object.spec?.replicas)
  })().catch(() => undefined)
  const second = { ...first, generation: 2, fence: 2 }
  await cluster.routed(second, scaled())
  expect(await autoscalersOf(second)).toHaveLength(1)
  const third = { ...first, generation: 3, fence: 3 }
  await cluster.routed(third)
  expect(await autoscalersOf(third)).toEqual([])
  const last = await vi.waitUntil(async () => (await deploymentsOf(third))[0], 10_000)
  expect(last.spec.replicas).toBe(3)
  const ours = last.metadata.managedFields.find(({ manager, operation }) => manager === 'slipway' && operation === 'Apply')
  expect(Object.keys(ours?.fieldsV1['f:spec'] ?? {})).toContain('f:replicas')
  await vi.waitUntil(() => seen.size > 0, 10_000)
  ending.abort()
  await watching
  expect([...seen]).toEqual([3])
})

test('the autoscaler of a version that is no longer wished ends with it, and all of a removed endpoint', async () => {
  const first = cluster.wish()
  await cluster.routed(first, scaled())
  const second = withCandidate(first, 0)
  await cluster.routed(second, scaled())
  expect(await autoscalersOf(second)).toHaveLength(2)
  const third = { ...first, generation: 3, fence: 3 }
  await cluster.routed(third, scaled())
  await vi.waitUntil(async () => (await autoscalersOf(third)).length === 1, 30_000)
  const key = { endpointId: first.endpointId, fence: 4, generation: 4 }
  await vi.waitUntil(async () => {
    const removed = await driver.remove(scaled(), key, cluster.signal())
    return removed.ok && (await autoscalersOf(first)).length === 0 && (await deploymentsOf(first)).length === 0
  }, 30_000)
})

test('a preview says how many replicas go on, and an autoscaler that would come or go', async () => {
  const first = cluster.wish({ arms: [cluster.arm({ replicas: 3 })] })
  await cluster.routed(first)
  const [{ metadata }] = await deploymentsOf(first)
  const said = async (wish: Wish, target = cluster.target()) => {
    const preview = await driver.preview(target, wish, cluster.signal())
    return preview.ok ? preview.changes.map(({ text }) => text) : [preview.reason]
  }
  const second = { ...first, generation: 2, fence: 2 }
  const coming = await said(second, scaled())
  expect(coming).toContain(`Make HorizontalPodAutoscaler ${metadata.name}.`)
  expect(coming.join()).not.toContain('spec.replicas')
  await cluster.routed(second, scaled())
  expect(await said({ ...first, generation: 3, fence: 3 })).toContain(`Remove HorizontalPodAutoscaler ${metadata.name}.`)
})
