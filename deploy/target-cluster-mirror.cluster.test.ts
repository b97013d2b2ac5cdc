import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { DriverOn } from '@/lib/drivers/kubernetes/cluster.fixture'
import { Api } from '@/tools/k8s/api'
import { type ApiServer, startApiServer } from '@/tools/k8s/api-server'
import { lacks, needs } from '@/tools/k8s/cluster.fixture'
import { installCrds } from '@/tools/k8s/crds'
import { makeNamespace } from '@/tools/k8s/namespace'
import { seen } from '@/tools/k8s/seen'
import { applied, tokenOf } from './applied.fixture'
import { type Manifest, render } from './kustomization'
import type { Role } from './role.fixture'

/** One of its own: a GatewayClass is the whole cluster's. */
const on = new DriverOn({} as { server: ApiServer; api: Api; namespace: string })
const GATEWAYS = 'gateway.networking.k8s.io/v1'
const namespace = 'models'
const mirror = render('deploy/target-cluster-mirror')
const roles = mirror.filter((each): each is Role => 'rules' in each)

beforeEach((context) => needs(context, inject('apiServer'), 'own-server'))
beforeAll(async () => {
  if (lacks(inject('apiServer'), 'own-server')) return
  const server = await startApiServer({ name: 'mirror', beside: inject('apiServer') })
  const { api } = Object.assign(on.shared, { server, api: new Api(server), namespace })
  await installCrds(server, ['gateway-api'])
  for (const name of [namespace, 'gateways']) await makeNamespace(api, name, server)
  for (const manifest of render('deploy/target-cluster')) await applied(api, manifest)
  const spec = { gatewayClassName: 'copying', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] }
  await applied(api, { apiVersion: GATEWAYS, kind: 'Gateway', metadata: { name: 'public', namespace: 'gateways' }, spec })
  const itsClass = { apiVersion: GATEWAYS, kind: 'GatewayClass', metadata: { name: 'copying' } }
  await applied(api, { ...itsClass, spec: { controllerName: 'example.net/controller' } })
  const supportedFeatures = [{ name: 'HTTPRouteRequestMirror' }, { name: 'HTTPRouteRequestPercentageMirror' }]
  const status = `/apis/${GATEWAYS}/gatewayclasses/copying/status?fieldManager=deploy-test`
  await api.send('PATCH', status, { ...itsClass, status: { supportedFeatures } }, 'application/apply-patch+yaml')
})
afterAll(async () => {
  await on.shared.api?.close()
  await on.shared.server?.stop()
})

/** Why no copies are sent, as the probe of the service account says once it says so. */
async function becomes(reason: RegExp | null): Promise<void> {
  const credential = { token: await tokenOf(on.shared.api, namespace, 'slipway') }
  const target = on.target({ credential })
  const config = { ...(target.config as object), gateway: { name: 'public', namespace: 'gateways' } }
  // Permissions take a moment to be known everywhere in the API server.
  await seen(String(reason), 60, async () => {
    const probed = await on.driver.probe({ ...target, config }, on.signal())
    return probed.ok && (reason === null ? probed.noMirror === null : reason.test(probed.noMirror ?? ''))
  })
}

test('without it, the role of a target cluster leaves it unknown whether the gateway copies, and no copies are sent', () =>
  becomes(/^gateway gateways\/public not looked at, as the role may not read it$/))

test('with it, Slipway reads that the class of the gateway lists copies; without either of its roles it does not', async () => {
  for (const manifest of mirror) await applied(on.shared.api, manifest)
  await becomes(null)
  expect(roles.map(({ kind }) => kind)).toEqual(['Role', 'ClusterRole'])
  for (const role of roles) {
    await applied(on.shared.api, { ...role, rules: [] } as Manifest)
    await becomes(/not looked at, as the role may not read it$/)
    await applied(on.shared.api, role)
    await becomes(null)
  }
})
