import fs from 'node:fs'
import { CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from '@kubernetes/client-node'
import type { ApiServer } from './api-server'
import { kubeconfigOf } from './kubeconfig'

const NAMESPACE = 'slipway-tests'
const NAME = 'slipway-tests'
const TOKEN_S = 4 * 3_600

const ignore = (wanted: number) => (error: { code?: number }) => {
  if (error.code !== wanted) throw error
}

/**
 * The cluster that KUBECONFIG (or ~/.kube/config) points at, as its tests see it. However that kubeconfig signs in, the tests need an address, a CA and a token: they get the
 * token of a service account `slipway-tests/slipway-tests` that may do everything, which `stop` removes.
 */
export async function existingCluster(): Promise<ApiServer> {
  const config = new KubeConfig()
  config.loadFromDefault()
  const cluster = config.getCurrentCluster()
  const ca = cluster?.caFile ? fs.readFileSync(cluster.caFile, 'utf8') : Buffer.from(cluster?.caData ?? '', 'base64').toString('utf8')
  if (!cluster || !ca)
    throw new Error('USE_EXISTING_CLUSTER: the current context of KUBECONFIG names no cluster with a certificate authority')
  const [core, rbac] = [config.makeApiClient(CoreV1Api), config.makeApiClient(RbacAuthorizationV1Api)]
  const metadata = { name: NAME }
  await core.createNamespace({ body: { metadata: { name: NAMESPACE } } }).catch(ignore(409))
  await core.createNamespacedServiceAccount({ namespace: NAMESPACE, body: { metadata } }).catch(ignore(409))
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }
  const subjects = [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }]
  await rbac.createClusterRoleBinding({ body: { metadata, roleRef, subjects } }).catch(ignore(409))
  const body = { spec: { audiences: [], expirationSeconds: TOKEN_S } }
  const { status } = await core.createNamespacedServiceAccountToken({ name: NAME, namespace: NAMESPACE, body })
  const access = { url: cluster.server, ca, token: status?.token ?? '' }
  const notOurs = () => Promise.reject(new Error('A cluster of USE_EXISTING_CLUSTER is neither killed nor started again by tests'))
  return {
    name: cluster.name,
    ...access,
    kubeconfig: kubeconfigOf(cluster.name, access),
    controllerManager: true,
    existing: true,
    etcd: null,
    kill: notOurs,
    restart: notOurs,
    async stop() {
      await rbac.deleteClusterRoleBinding(metadata).catch(ignore(404))
      await core.deleteNamespace({ name: NAMESPACE }).catch(ignore(404))
    },
  }
}
