import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Api } from '@/tools/k8s/api'
import { needs, sharedCluster } from '@/tools/k8s/cluster.fixture'
import { seen } from '@/tools/k8s/seen'
import { applied, pathOf, tokenOf } from './applied.fixture'
import { type Manifest, render } from './kustomization'

interface Status {
  status?: { readyReplicas?: number; availableReplicas?: number; ready?: number; currentHealthy?: number; expectedPods?: number }
}
interface Template {
  spec: { template: { metadata: object; spec: { securityContext: Record<string, unknown>; containers: Record<string, unknown>[] } } }
}
interface Rules {
  status: { resourceRules: { apiGroups: string[]; resources: string[]; verbs: string[] }[]; nonResourceRules: { verbs: string[] }[] }
}

const cluster = sharedCluster()
let manifests: Manifest[]

const named = (kind: string, name: string) => {
  const found = manifests.find((each) => each.kind === kind && each.metadata.name === name)
  if (!found) throw new Error(`There is no ${kind} ${name}.`)
  return found
}

beforeEach((context) => needs(context, cluster.server, 'kubelet'))
beforeAll(async () => {
  manifests = render('deploy/example', cluster.namespace)
  if (cluster.server.existing) return
  // In order: a namespace before what is in it, an account before its pods.
  for (const manifest of manifests) await applied(cluster.api, manifest)
})

describe('deploy/example, applied with strict validation to its namespace', () => {
  test('web and engine come up with two pods each, and the migration runs: all are admitted at the level "restricted"', async () => {
    expect(named('Namespace', cluster.namespace).metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' })
    const status = async (kind: string, name: string) => (await cluster.api.get<Status>(pathOf(named(kind, name)))).status
    await seen('two web pods', 60, async () => (await status('Deployment', 'slipway-web'))?.availableReplicas === 2)
    await seen('two engine pods', 60, async () => (await status('StatefulSet', 'slipway-engine'))?.availableReplicas === 2)
    await seen('the migration', 60, async () => (await status('Job', 'slipway-migrate'))?.ready === 1)
    for (const name of ['slipway-web', 'slipway-engine'])
      await seen(`the budget of ${name}`, 60, async () => (await status('PodDisruptionBudget', name))?.expectedPods === 2)
  })

  test('each Service leads to its pods', async () => {
    for (const name of ['slipway-web', 'slipway-engine']) {
      const path = `/apis/discovery.k8s.io/v1/namespaces/${cluster.namespace}/endpointslices?labelSelector=kubernetes.io/service-name=${name}`
      await seen(`addresses of ${name}`, 60, async () => {
        const { items } = await cluster.api.get<{ items: { endpoints: { conditions: { ready: boolean } }[] }[] }>(path)
        return items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready).length === 2
      })
    }
  })

  test('the same pods with any lock less are not admitted', async () => {
    const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'unlocked-' }, spec })
    const send = (spec: object) => cluster.api.send('POST', `/api/v1/namespaces/${cluster.namespace}/pods?dryRun=All`, pod(spec))
    const { spec } = (named('Deployment', 'slipway-web') as unknown as Template).spec.template
    await expect(send(spec)).resolves.toMatchObject({ kind: 'Pod' })
    const [container] = spec.containers
    const unlocked = [
      { ...spec, securityContext: { ...spec.securityContext, runAsNonRoot: false } },
      { ...spec, securityContext: { ...spec.securityContext, seccompProfile: undefined } },
      { ...spec, containers: [{ ...container, securityContext: { allowPrivilegeEscalation: false } }] },
      { ...spec, hostNetwork: true },
    ]
    for (const each of unlocked) await expect(send(each)).rejects.toMatchObject({ status: 403 })
  })

  test('no service account may do anything but ask what it may do', async () => {
    const accounts = manifests.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name)
    expect(accounts).toHaveLength(3)
    for (const account of accounts) {
      const own = new Api({ ...cluster.server, token: await tokenOf(cluster.api, cluster.namespace, account) })
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: cluster.namespace } }
      const { status } = await own.send<Rules>('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body)
      const groups = status.resourceRules.flatMap(({ apiGroups }) => apiGroups)
      expect([...new Set(groups)].sort()).toEqual(['authentication.k8s.io', 'authorization.k8s.io'])
      expect([...new Set(status.nonResourceRules.flatMap(({ verbs }) => verbs))]).toEqual(['get'])
      await own.close()
    }
  })

  test('deploy/in-cluster gives its role to the engine, and to nobody else', async () => {
    for (const manifest of render('deploy/in-cluster', cluster.namespace)) {
      const { subjects } = manifest as { subjects?: object[] }
      const here = subjects?.map((subject) => ({ ...subject, namespace: cluster.namespace }))
      await applied(cluster.api, here ? { ...manifest, subjects: here } : manifest)
    }
    const mayMake = async (account: string) => {
      const own = new Api({ ...cluster.server, token: await tokenOf(cluster.api, cluster.namespace, account) })
      const resourceAttributes = { group: 'apps', resource: 'deployments', verb: 'create', namespace: cluster.namespace }
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
      const { status } = await own.send<{ status: { allowed: boolean } }>('POST', path, body).finally(() => own.close())
      return status.allowed
    }
    await seen('the engine is granted it', 15, () => mayMake('slipway-engine'))
    for (const other of ['slipway-web', 'slipway-migrate']) expect(await mayMake(other)).toBe(false)
  })
})
