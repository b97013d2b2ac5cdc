import { load } from 'js-yaml'
import { beforeAll, expect, test } from 'vitest'
import { clusterInput } from '@/components/environments/cluster-input'
import { newPlace } from '@/lib/clusters/places'
import { AddCluster } from '@/lib/clusters/schema'
import { DriverCluster, ROUTES } from '@/lib/drivers/kubernetes/cluster.fixture'
import { env } from '@/lib/env'
import { seen } from '@/tools/k8s/seen'
import { applied, pathOf } from './applied.fixture'
import { blocks, firstCells, kubeconfigBy } from './connect-guide.fixture'
import { type Manifest, render } from './kustomization'

const cluster = new DriverCluster()
let kubeconfig = ''

beforeAll(async () => {
  env().SLIPWAY_CLUSTER_TARGETS = ['private', 'loopback']
  const { api, namespace, server } = cluster.shared
  for (const manifest of render('deploy/target-cluster', namespace)) {
    const { subjects } = manifest as { subjects?: object[] }
    await applied(api, subjects ? { ...manifest, subjects: subjects.map((each) => ({ ...each, namespace })) } : manifest)
  }
  const path = pathOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'slipway-token', namespace } })
  const data = await seen('the token', 60, async () => {
    const secret = await api.get<{ data?: { token?: string; 'ca.crt'?: string } }>(path)
    return secret.data?.token && secret.data['ca.crt'] ? { token: secret.data.token, ca: secret.data['ca.crt'] } : null
  })
  kubeconfig = kubeconfigBy({ server: server.url, ...data })
})

/** What the form sends when it is filled in as the guide says; the namespace is this test's own. */
function typed(): [string, string][] {
  return Object.entries({
    ...{ name: 'onprem-1', location: 'on-prem', driver: 'kubernetes' },
    ...{ 'access.by': 'kubeconfig', 'access.kubeconfig': kubeconfig, 'access.context': '', namespace: cluster.shared.namespace },
    ...{
      'gateway.namespace': 'gateways',
      'gateway.name': 'public',
      publicUrl: 'https://models.example.org',
      hostname: 'models.example.org',
    },
    ...{ slipwayUrl: 'https://slipway.example.org', modelServerImage: `registry.example.org/slipway@sha256:${'a'.repeat(64)}` },
  })
}

test('the form takes the kubeconfig that the guide makes, and with it the probe says what the guide says of it', async () => {
  const { config, secret } = newPlace(AddCluster.parse(clusterInput(typed())))
  expect(config).toMatchObject({ server: cluster.shared.server.url, auth: 'token', gateway: { name: 'public', namespace: 'gateways' } })
  const target = { ...cluster.target(), config, credential: secret ?? '' }
  const said = firstCells('3.').map((line) => line.replace('models', cluster.shared.namespace))
  const lines = await seen('a probe that lacks nothing', 30, async () => {
    const probed = await cluster.driver.probe(target, cluster.signal())
    if (!probed.ok) throw new Error(probed.reason)
    return probed.detail.includes('all permissions') && probed.detail.split('; ')
  })
  expect(lines).toContain('gateway gateways/public not looked at, as the role may not read it')
  // KServe's definitions are installed here, and the guide's reader may have none.
  expect(lines.filter((line) => !said.includes(line) && line !== 'KServe is installed')).toEqual([])
})

test('Gateway API takes the Gateway that the guide shows, field by field', async () => {
  const { api, namespace } = cluster.shared
  const shown = load(blocks('yaml')[0]) as Manifest
  const gateway = { ...shown, metadata: { ...shown.metadata, namespace } }
  const path = `${ROUTES}/${namespace}/gateways/${shown.metadata.name}?fieldManager=guide-test&fieldValidation=Strict`
  const stored = await api.send<Manifest>('PATCH', path, gateway, 'application/apply-patch+yaml')
  expect(stored).toMatchObject({ spec: shown.spec as object })
})
