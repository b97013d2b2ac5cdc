import { seen } from '@/tools/k8s/seen'
import { GATEWAY, type KubernetesCluster, NAMESPACE } from './kubernetes'

export const LEGACY = 'legacy-flights'
/** What its callers call: no path of Slipway's. */
const PATH = '/v2/models/flight-delay'

const SERVER = `
  require('node:http')
    .createServer((request, response) => request.resume().on('end', () => response.setHeader('x-model-version', 'legacy').end('{}')))
    .listen(Number(process.argv[1].split('=')[1]), process.env.HOST ?? '127.0.0.1').keepAliveTimeout = 65_000
`
const LOCKED = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }

interface Route {
  metadata: { generation: number }
  status?: { parents?: { conditions: { observedGeneration: number }[] }[] }
}

const ROUTES = `/apis/gateway.networking.k8s.io/v1/namespaces/${NAMESPACE}/httproutes`
export const LEGACY_ROUTE = `${ROUTES}/${LEGACY}`
/** The route's spec as its owner has it. */
export const OWNED = {
  parentRefs: [GATEWAY],
  rules: [{ matches: [{ path: { type: 'PathPrefix', value: PATH } }], backendRefs: [{ name: LEGACY, port: 80 }] }],
}

/** Serves a model without Slipway, as a team would by hand: a Deployment, a Service and a route of the same Gateway. Answers the address of its callers. */
export async function serveLegacy({ api, gateway }: KubernetesCluster): Promise<string> {
  const labels = { app: LEGACY }
  const metadata = { name: LEGACY }
  const container = {
    ...{ name: 'model', image: 'registry.example.org/flights:7', command: ['node', '-e', SERVER, '--'], args: ['--port=8080'] },
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
    securityContext: LOCKED,
  }
  const pod = {
    securityContext: { runAsNonRoot: true, runAsUser: 1_000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
  }
  const deployment = { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } }
  await api.send('POST', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, { metadata, spec: deployment })
  await api.send('POST', `/api/v1/namespaces/${NAMESPACE}/services`, {
    metadata,
    spec: { selector: labels, ports: [{ port: 80, targetPort: 'http' }] },
  })
  await api.send('POST', ROUTES, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata, spec: OWNED })
  const address = `${gateway.url}${PATH}/infer`
  await seen('the legacy model', 60, async () => (await fetch(address, { method: 'POST' })).status === 200)
  await seen('its route accepted', 60, async () => {
    const { metadata: is, status } = await api.get<Route>(LEGACY_ROUTE)
    return status?.parents?.[0]?.conditions.every((each) => each.observedGeneration === is.generation)
  })
  return address
}
