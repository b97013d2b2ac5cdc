import { vi } from 'vitest'
import { deploy, readyAddresses } from '@/tools/k8s/deployment.fixture'
import { type DriverCluster, ROUTES } from '../cluster.fixture'

const APPLY = 'application/apply-patch+yaml'

export interface LegacyRoute {
  metadata: { name: string; generation: number; labels?: Record<string, string>; annotations?: Record<string, string> }
  spec: { parentRefs?: object[]; hostnames?: string[]; rules: { matches?: object[]; filters?: object[]; backendRefs?: object[] }[] }
  status?: { parents?: { conditions?: { observedGeneration?: number }[] }[] }
}

/** A model that is served without Slipway: a Deployment, its Service, and a route of the cluster's Gateway to it, all of one name. */
export class Legacy {
  constructor(
    readonly cluster: DriverCluster,
    readonly name = 'legacy',
  ) {}

  get path(): string {
    return `${ROUTES}/${this.cluster.shared.namespace}/httproutes/${this.name}`
  }

  async make(): Promise<void> {
    const { api, namespace } = this.cluster.shared
    await this.#admitted()
    await deploy(api, namespace, this.name, { replicas: 1 })
    // A model that is to be taken over answers its callers before.
    await vi.waitUntil(async () => (await readyAddresses(api, namespace, this.name)).length > 0, 60_000)
    await this.route()
  }

  /** Writes its route, as its owner does, and waits until the gateway takes it. */
  async route(over: Partial<LegacyRoute['spec']['rules'][number]> = {}, manager = 'kubectl', spec: object = {}): Promise<void> {
    const { api, namespace } = this.cluster.shared
    const backendRefs = [{ name: this.name, port: 80 }]
    const rules = [{ matches: [{ path: { type: 'PathPrefix', value: `/${this.name}` } }], backendRefs, ...over }]
    const parentRefs = [{ name: 'public', namespace }]
    const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: this.name } }
    const body = { ...route, spec: { parentRefs, hostnames: [`${this.name}.example.org`], rules, ...spec } }
    await api.send('PATCH', `${this.path}?fieldManager=${manager}&force=true`, body, APPLY)
    await this.accepted()
  }

  read(): Promise<LegacyRoute> {
    return this.cluster.shared.api.get<LegacyRoute>(this.path)
  }

  async accepted(): Promise<void> {
    await vi.waitUntil(async () => {
      const { metadata, status } = await this.read()
      return status?.parents?.[0]?.conditions?.every((each) => each.observedGeneration === metadata.generation)
    }, 30_000)
  }

  /** What others run need not be `restricted`: their namespace would not admit it. */
  async #admitted(): Promise<void> {
    const { api, namespace } = this.cluster.shared
    const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' }
    await api.send('PATCH', `/api/v1/namespaces/${namespace}`, { metadata: { labels } }, 'application/merge-patch+json')
  }
}
