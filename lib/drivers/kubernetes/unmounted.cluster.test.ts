import { expect, test } from 'vitest'
import { runningNamespace } from '@/tools/k8s/running/kubelet.fixture'
import { seen } from '@/tools/k8s/seen'
import { DriverOn } from './cluster.fixture'

const own = runningNamespace()
const on = new DriverOn(own)

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
  await own.api.send('POST', `/api/v1/namespaces/${own.namespace}/secrets`, {
    metadata: { name: 'slipway-identity' },
    stringData: { token: 'x' },
  })
  await seen('the ConfigMap', 60, async () => /^FailedMount: .*configmap.*company-ca.*not found/i.test(await reason()))
})
