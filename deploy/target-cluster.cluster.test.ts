import { test } from 'vitest'
import { seen } from '@/tools/k8s/seen'
import { pathOf } from './applied.fixture'
import { Granted, roleKept } from './target-role.fixture'

const granted = new Granted('deploy/target-cluster', 'gateway')
const { cluster, serving } = granted

roleKept(granted)

test('Kubernetes puts the token that the guide tells people to copy into its Secret', async () => {
  const { api, namespace } = cluster.shared
  const path = pathOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'slipway-token', namespace } })
  const encoded = await seen('the token', 30, async () => (await api.get<{ data?: { token?: string } }>(path)).data?.token)
  const token = Buffer.from(encoded, 'base64').toString()
  await seen('a probe that lacks nothing', 30, async () => {
    const probed = await cluster.driver.probe(cluster.target({ credential: { token }, serving }), cluster.signal())
    return probed.ok && probed.detail.includes('all permissions in namespace')
  })
})
