import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, vi } from 'vitest'
import type * as z from 'zod'
import type { ObservedEndpoint, Wish, WishArm } from '@/lib/endpoints/wish'
import type { ClusterAccess } from '@/tools/k8s/api-server'
import { type SharedCluster, sharedCluster } from '@/tools/k8s/cluster.fixture'
import type { Pod } from '@/tools/k8s/fate'
import { type GatewayStatus, startGatewayStatus } from '@/tools/k8s/gateway-status'
import { type Kserve, startKserve } from '@/tools/k8s/kserve'
import type { ClusterTarget } from '../driver'
import { bindCredential, KubernetesConfig, type KubernetesCredential } from './config'
import { kubernetesDriver } from './driver'
import type { ServingSettings } from './serving-settings'

/** An artifact that no pod can get. */
export const MISSING = 'f'.repeat(64)
/** Bounds for what hangs, not for what is slow. */
const CALL_MS = 60_000
const ROUTED_MS = 120_000
export const ROUTES = '/apis/gateway.networking.k8s.io/v1/namespaces'

/** A pod whose artifact cannot be had never comes past its init container. */
function fate(pod: Pod) {
  const [fetcher] = (pod.spec.initContainers ?? []) as { args?: string[] }[]
  return fetcher?.args?.includes(`--sha256=${MISSING}`) ? ({ is: 'init-failing' } as const) : undefined
}

/** What is other than usual of the cluster. */
interface Over {
  server?: string
  ca?: string
  credential?: KubernetesCredential
  namespace?: string
  mode?: KubernetesConfig['mode']
  slipwayUrl?: string
  serving?: z.input<typeof ServingSettings>
}

/** The driver over a namespace of an API server, whoever plays node and gateway there. Its fields are read in tests and later hooks only. */
export class DriverOn<Shared extends Pick<SharedCluster, 'server' | 'api' | 'namespace'>> {
  readonly driver = kubernetesDriver({ loopback: true, private: true })

  /** `mode`: how its clusters are driven where nothing else is said. */
  constructor(
    readonly shared: Shared,
    readonly mode: KubernetesConfig['mode'] = 'gateway',
  ) {}

  target(over: Over = {}): ClusterTarget {
    const { server, namespace } = this.shared
    const config = KubernetesConfig.parse({
      server: over.server ?? server.url,
      ca: over.ca ?? server.ca,
      namespace: over.namespace ?? namespace,
      mode: over.mode ?? this.mode,
      gateway: { name: 'public', namespace },
      slipwayUrl: over.slipwayUrl ?? 'https://slipway.example.org',
      modelServerImage: `registry.example.org/slipway/model-server@sha256:${'a'.repeat(64)}`,
    })
    const credential = bindCredential(config, over.credential ?? { token: server.token })
    return { id: config.server, name: 'on-prem', config: { ...config, serving: over.serving }, credential }
  }

  signal(): AbortSignal {
    return AbortSignal.timeout(CALL_MS)
  }

  arm(over: Partial<WishArm> = {}): WishArm {
    const digest = 'a'.repeat(64)
    return {
      role: 'live',
      versionId: randomUUID(),
      number: 1,
      digest,
      threshold: null,
      replicas: 1,
      weight: 10_000,
      baseline: null,
      ...over,
    }
  }

  wish(over: Partial<Wish> = {}): Wish {
    const address = { endpointId: randomUUID(), environment: 'production', model: 'fraud' }
    return { ...address, generation: 1, fence: 1, salt: 's', arms: [this.arm()], keys: [], labelRate: 1, ...over }
  }

  async observe(endpointId: string): Promise<ObservedEndpoint | undefined> {
    const seen = await this.driver.observe(this.target(), this.signal())
    if (!seen.ok) throw new Error(seen.reason)
    return seen.endpoints.get(endpointId)
  }

  /** Turn by turn, until the cluster routes by the wish. */
  routed(wish: Wish, target = this.target(), timeout = ROUTED_MS): Promise<ObservedEndpoint> {
    const turn = async () => {
      const seen = await this.observe(wish.endpointId)
      if (seen?.generation === wish.generation) return seen
      await this.driver.apply(target, wish, this.signal())
      return false
    }
    return vi.waitUntil(turn, { timeout, interval: 50 })
  }

  /** Where the endpoint's route is. */
  async routePath(wish: Wish): Promise<string> {
    const collection = `${ROUTES}/${this.shared.namespace}/httproutes`
    const { items } = await this.shared.api.get<{ items: { metadata: { name: string } }[] }>(
      `${collection}?labelSelector=slipway.dev/endpoint=${wish.endpointId}`,
    )
    return `${collection}/${items[0].metadata.name}`
  }
}

/** Admits only what is `restricted` into a namespace. */
export async function restrict({ api, namespace }: Pick<SharedCluster, 'api' | 'namespace'>): Promise<void> {
  const metadata = { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } }
  await api.send('PATCH', `/api/v1/namespaces/${namespace}`, { metadata }, 'application/merge-patch+json')
}

/** A namespace that admits only what is `restricted`, a kubelet, somebody who plays the gateway, and the driver over them. */
export class DriverCluster extends DriverOn<SharedCluster> {
  gateway!: GatewayStatus
  kserve: Kserve | undefined

  /** Through KServe, somebody plays that too. `play`: who is the gateway. */
  constructor(
    mode: KubernetesConfig['mode'] = 'gateway',
    play: (server: ClusterAccess, namespace: string) => GatewayStatus | Promise<GatewayStatus> = startGatewayStatus,
  ) {
    super(sharedCluster({ fate }), mode)
    beforeAll(async () => {
      // A busy machine takes seconds to load it, and that is not what is tested.
      await import('@kubernetes/client-node')
      const { server, namespace } = this.shared
      this.gateway = await play(server, namespace)
      if (mode === 'kserve') this.kserve = startKserve(server, namespace)
      await restrict(this.shared)
    })
    afterAll(async () => {
      await this.kserve?.stop()
      await this.gateway.stop()
    })
  }
}
