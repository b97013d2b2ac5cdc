import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { Api } from '@/tools/k8s/api'
import { needs } from '@/tools/k8s/cluster.fixture'
import { makeNamespace } from '@/tools/k8s/namespace'
import { type RunningKubelet, startRunningKubelet } from '@/tools/k8s/running/kubelet'
import { seen } from '@/tools/k8s/seen'
import { DriverOn } from './cluster.fixture'

const server = inject('apiServer')
const api = new Api(server)
const namespace = `slipway-test-${randomBytes(4).toString('hex')}`
const on = new DriverOn({ server, api, namespace })
let kubelet: RunningKubelet

beforeEach((context) => needs(context, server, 'kubelet'))
beforeAll(async () => {
  if (server.existing) return
  await makeNamespace(api, namespace, server)
  kubelet = await startRunningKubelet(server, namespace)
})
afterAll(async () => {
  await kubelet?.stop()
  await api.close()
})

test('a Secret or ConfigMap that pods need and nobody made is named at the replica, one after the other', async () => {
  const wish = on.wish()
  const target = on.target({ serving: { authorities: 'company-ca' } })
  expect(await on.driver.apply(target, wish, on.signal())).toMatchObject({ ok: true })
  const reason = async () => {
    const told = await on.driver.observe(target, on.signal())
    if (!told.ok) throw new Error(told.reason)
    return told.endpoints.get(wish.endpointId)?.arms[0].replicas[0]?.reason ?? ''
  }
  await seen('the Secret', 60, async () => /^FailedMount: .*secret.*slipway-identity.*not found/i.test(await reason()))
  await api.send('POST', `/api/v1/namespaces/${namespace}/secrets`, { metadata: { name: 'slipway-identity' }, stringData: { token: 'x' } })
  await seen('the ConfigMap', 60, async () => /^FailedMount: .*configmap.*company-ca.*not found/i.test(await reason()))
})
