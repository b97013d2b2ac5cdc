import { expect, test, vi } from 'vitest'
import { DriverCluster } from './cluster.fixture'

const cluster = new DriverCluster()
const { driver } = cluster

/** What stands against three more replicas. */
async function against(): Promise<string[]> {
  const wish = cluster.wish({ arms: [cluster.arm({ replicas: 3 })] })
  const preview = await driver.preview(cluster.target(), wish, cluster.signal())
  if (!preview.ok) throw new Error(preview.reason)
  return preview.changes.filter(({ kind }) => kind === 'refused').map(({ text }) => text)
}

test('what the quota of the namespace does not leave is refused with numbers, before anything is made', async () => {
  const { api, namespace } = cluster.shared
  const spec = { hard: { pods: '2', 'requests.cpu': '1', 'limits.memory': '1Gi', 'requests.nvidia.com/gpu': '0' } }
  expect(await against()).toEqual([])
  await api.send('POST', `/api/v1/namespaces/${namespace}/resourcequotas`, { metadata: { name: 'few' }, spec })
  const told = await vi.waitUntil(async () => {
    const found = await against()
    return found.length === 3 && found
  }, 30_000)
  expect(told.sort()).toEqual([
    'ResourceQuota few leaves 1 GiB of 1 GiB limits.memory, and this needs 1.5 GiB more: ask for fewer replicas, or for more quota.',
    'ResourceQuota few leaves 1 of 1 requests.cpu, and this needs 1.5 more: ask for fewer replicas, or for more quota.',
    'ResourceQuota few leaves 2 of 2 pods, and this needs 3 more: ask for fewer replicas, or for more quota.',
  ])
  const { items } = await api.get<{ items: unknown[] }>(`/apis/apps/v1/namespaces/${namespace}/deployments`)
  expect(items).toEqual([])
})
