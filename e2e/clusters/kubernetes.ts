import { applied, pathOf } from '@/deploy/applied.fixture'
import { render } from '@/deploy/kustomization'
import { Api } from '@/tools/k8s/api'
import { type ApiServer, type ClusterAccess, startApiServer } from '@/tools/k8s/api-server'
import { installCrds } from '@/tools/k8s/crds'
import { startGateway } from '@/tools/k8s/gateway/gateway'
import { type GatewayName, hasGateway, NO_GATEWAY, UNREACHABLE } from '@/tools/k8s/gateway/program'
import { kubeconfigOf } from '@/tools/k8s/kubeconfig'
import { makeNamespace } from '@/tools/k8s/namespace'
import { startRouter } from '@/tools/k8s/router/router'
import { keepAddresses, mayTakeAddresses } from '@/tools/k8s/running/address'
import { type RunningKubelet, startRunningKubelet } from '@/tools/k8s/running/kubelet'
import { seen } from '@/tools/k8s/seen'

/** As deploy/target-cluster names it. */
export const NAMESPACE = 'models'
export const GATEWAY = { name: 'public', namespace: 'gateways' }

/** More pods than a journey has on one cluster, those that are about to end included. */
const PODS_AT_ONCE = 24

/** What routes requests to its pods: a gateway as its users run it; where that cannot be had, the router of the tests stands in for it, loudly. */
type GatewayKind = 'own' | GatewayName

interface Gateway {
  url: string
  stop(): Promise<void>
}

/** A Kubernetes cluster as its owner has prepared it for Slipway, by the guide. */
export interface KubernetesCluster {
  name: string
  server: ApiServer
  api: Api
  kubelet: RunningKubelet
  gateway: Gateway
  /** It sends copies of requests, and Slipway may read so. */
  mirrors: boolean
  /** Of the service account in deploy/target-cluster. */
  kubeconfig: string
  stop(): Promise<void>
}

/** Starts an API server with controllers, a node that runs pods and a gateway, and applies deploy/target-cluster; deploy/target-cluster-mirror too where the gateway copies requests. */
export async function startCluster(name: string, kind: GatewayName, beside?: ClusterAccess): Promise<KubernetesCluster> {
  const gatewayKind = hadHere(kind, name)
  const server = await startApiServer({ name, ...(beside ? { beside } : {}) })
  const api = new Api(server)
  await installCrds(server, ['gateway-api'])
  await makeNamespace(api, NAMESPACE, server)
  const metadata = { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } }
  await api.send('PATCH', `/api/v1/namespaces/${NAMESPACE}`, { metadata }, 'application/merge-patch+json')
  for (const manifest of render('deploy/target-cluster')) await applied(api, manifest)
  const { drop: dropAddresses } = await keepAddresses(PODS_AT_ONCE)
  const kubelet = await startRunningKubelet(server, NAMESPACE)
  const gateway = await gatewayOf(gatewayKind, server, kubelet)
  const mirrors = gatewayKind === 'envoy'
  for (const manifest of mirrors ? render('deploy/target-cluster-mirror') : []) await applied(api, manifest)
  const token = await accountToken(api)
  return {
    ...{ name, server, api, kubelet, gateway, mirrors },
    kubeconfig: kubeconfigOf(name, { url: server.url, ca: server.ca, token }),
    async stop() {
      await gateway.stop()
      await kubelet.stop()
      await dropAddresses()
      await api.close()
      await server.stop()
    },
  }
}

/** What a cluster can be put behind on this machine. In continuous integration nothing stands in for a gateway. */
function hadHere(kind: GatewayName, name: string): GatewayKind {
  const lacking = mayTakeAddresses() ? !hasGateway(kind) && NO_GATEWAY[kind] : UNREACHABLE
  if (!lacking) return kind
  if (process.env.CI) throw new Error(`The cluster ${name} cannot be put behind ${kind}: ${lacking}.`)
  console.error(`\nNOT TESTED WITH ${kind.toUpperCase()}: the cluster ${name} is behind the tests' own router instead: ${lacking}.\n`)
  return 'own'
}

async function gatewayOf(kind: GatewayKind, server: ApiServer, kubelet: RunningKubelet): Promise<Gateway> {
  if (kind === 'own') return startRouter(server, { namespace: NAMESPACE, gateway: GATEWAY, dial: kubelet.reach })
  const api = new Api(server)
  await makeNamespace(api, GATEWAY.namespace, server).finally(() => api.close())
  return startGateway(kind, server, GATEWAY)
}

/** What the guide's command prints. */
async function accountToken(api: Api): Promise<string> {
  const path = pathOf({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'slipway-token', namespace: NAMESPACE } })
  const encoded = await seen(
    'the token of the service account',
    60,
    async () => (await api.get<{ data?: { token?: string } }>(path)).data?.token,
  )
  return Buffer.from(encoded, 'base64').toString()
}

/** Does what the command that the form shows would do. Throws when that is another command. */
export async function runShown(cluster: KubernetesCluster, command: string): Promise<void> {
  const shown =
    /^kubectl create secret generic (\S+) --namespace (\S+) --from-literal=token=(\S+) --dry-run=client --output=yaml \| kubectl apply --filename=-$/.exec(
      command.trim(),
    )
  if (!shown) throw new Error(`The form shows no command that makes the Secret, but: ${command}`)
  const [, name, namespace, token] = shown
  await applied(cluster.api, { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData: { token } })
}
