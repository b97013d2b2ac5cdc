import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { Api } from '@/tools/k8s/api'
import { type ApiServer, startApiServer } from '@/tools/k8s/api-server'
import { needs } from '@/tools/k8s/cluster.fixture'
import { installCrds } from '@/tools/k8s/crds'
import { makeNamespace } from '@/tools/k8s/namespace'
import { bindCredential, KubernetesConfig } from './config'
import { kubernetesDriver } from './driver'
import { wishOf } from './render/wish.fixture'

let server: ApiServer | undefined

beforeAll(async () => {
  const shared = inject('apiServer')
  if (shared.existing) return
  await import('@kubernetes/client-node')
  server = await startApiServer({ name: 'alone', beside: shared, controllerManager: false })
  await installCrds(server, ['gateway-api'])
  const api = new Api(server)
  await makeNamespace(api, 'slipway', server)
  await api.close()
})
afterAll(() => server?.stop())

test('while the API server is gone every call says so; when it is back the same driver goes on, and late writers are still refused', async (context) => {
  needs(context, inject('apiServer'), 'own-server')
  if (!server) throw new Error('There is no API server.')
  const config = KubernetesConfig.parse({ server: server.url, ca: server.ca, namespace: 'slipway' })
  const target = { id: 'c', name: 'on-prem', config, credential: bindCredential(config, { token: server.token }) }
  const driver = kubernetesDriver({ loopback: true })
  const signal = () => AbortSignal.timeout(20_000)
  const wish = wishOf({ fence: 5, generation: 5, arms: [] })
  expect(await driver.apply(target, wish, signal())).toMatchObject({ ok: true })
  await server.kill()
  const gone = { ok: false, kind: 'unreachable', reason: expect.stringMatching(/cannot be reached/) }
  expect(await driver.observe(target, signal())).toMatchObject(gone)
  expect(await driver.apply(target, wish, signal())).toMatchObject(gone)
  await server.restart()
  const seen = await driver.observe(target, signal())
  if (!seen.ok) throw new Error(seen.reason)
  expect(seen.endpoints.get(wish.endpointId)).toMatchObject({ fence: 5 })
  expect(await driver.apply(target, { ...wish, fence: 4 }, signal())).toEqual({ ok: false, kind: 'stale', fence: 5, generation: 5 })
})
