import { expect, test, vi } from 'vitest'
import { needs } from '@/tools/k8s/cluster.fixture'
import { seen } from '@/tools/k8s/seen'
import { KubeClient } from './client'
import { DriverCluster } from './cluster.fixture'
import { ListText } from './list-text'

const cluster = new DriverCluster()

interface Route {
  spec: { rules: { backendRefs: { weight: number }[] }[] }
}

test('where nothing changes a real API server’s metadata tells so, nothing is asked for whole nor read, and every change is told by the next look', async (context) => {
  needs(context, cluster.shared.server, 'kubelet')
  const { api, namespace } = cluster.shared
  const wish = cluster.wish({ arms: [cluster.arm({ weight: 7_000 }), cluster.arm({ role: 'candidate', number: 2, weight: 3_000 })] })
  await cluster.routed(wish)
  const reads = vi.spyOn(ListText.prototype, 'read')
  const wholes = vi.spyOn(KubeClient.prototype, 'listText')
  const look = async () => {
    reads.mockClear()
    wholes.mockClear()
    const told = await cluster.observe(wish.endpointId)
    return { told, isWhole: wholes.mock.calls.length > 0, isRead: reads.mock.calls.length > 0 }
  }
  const configMaps = `/api/v1/namespaces/${namespace}/configmaps`
  // Controllers may still have to write of ours. What is not ours changes the version at which the API server answers, and nothing else.
  const { told } = await seen('a look that reads nothing', 60, async () => {
    await api.send('POST', configMaps, { metadata: { generateName: 'another-' } })
    const looked = await look()
    return !looked.isRead && !looked.isWhole && looked
  })
  expect(told).toMatchObject({ generation: 1, arms: [{ ready: 1, weight: 7_000 }, { weight: 3_000 }] })

  const path = await cluster.routePath(wish)
  const route = await api.get<Route>(path)
  route.spec.rules[0].backendRefs[0].weight = 0
  await api.send('PUT', path, route)
  expect(await look()).toMatchObject({ told: { generation: 2, arms: [{ weight: 0 }, { weight: 10_000 }] }, isWhole: true, isRead: true })

  cluster.shared.kubelet?.decree({ 'slipway.dev/version': wish.arms[0].versionId }, { is: 'never-ready' })
  await seen('a pod that is not ready', 60, async () => (await look()).told?.arms[0].ready === 0)

  await api.send('DELETE', path)
  expect(await look()).toEqual({ told: undefined, isWhole: true, isRead: true })
})
