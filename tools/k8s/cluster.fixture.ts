import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, inject, type TestContext } from 'vitest'
import { Api } from './api'
import type { ClusterAccess } from './api-server'
import { type GatewayName, hasGateway, NO_GATEWAY, UNREACHABLE } from './gateway/program'
import { type Knobs, type Kubelet, startKubelet } from './kubelet'
import { makeNamespace } from './namespace'
import { mayTakeAddresses } from './running/address'

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test was not run. */
    skipped?: string
  }
}

/** What a cluster may lack. */
export type Need = 'controllers' | 'kubelet' | 'own-server' | 'addresses' | GatewayName

const LACKS: Record<Need, { of(server: ClusterAccess): boolean; reason: string }> = {
  controllers: { of: (server) => !server.controllerManager, reason: 'there is no kube-controller-manager (envtest archives have none)' },
  kubelet: {
    of: (server) => server.existing || !server.controllerManager,
    reason: 'it needs nodes that do what the test says, and controllers',
  },
  'own-server': { of: (server) => server.existing, reason: 'it kills and restarts its API server, or starts a second one' },
  addresses: { of: () => !mayTakeAddresses(), reason: UNREACHABLE },
  traefik: { of: () => !hasGateway('traefik'), reason: NO_GATEWAY.traefik },
  envoy: { of: () => !hasGateway('envoy'), reason: NO_GATEWAY.envoy },
}

/** Skips this test, loudly, where the cluster lacks what it needs: `npm run test:clusters` names it and its reason, and fails in continuous integration. */
export function needs(context: TestContext, server: ClusterAccess, ...wanted: Need[]): void {
  const reason = lacks(server, ...wanted)
  if (!reason) return
  context.task.meta.skipped = reason
  context.skip(reason)
}

/** Why what needs these cannot run here; null when it can. For hooks, which are run before tests that are skipped. */
export function lacks(server: ClusterAccess, ...wanted: Need[]): string | null {
  // Without controllers there are no pods for a kubelet.
  const all = wanted.flatMap((need): Need[] => (need === 'kubelet' ? ['controllers', need] : [need]))
  const lacking = all.find((need) => LACKS[need].of(server))
  return lacking ? LACKS[lacking].reason : null
}

/** A test file's part of the shared API server. */
export interface SharedCluster {
  server: ClusterAccess
  api: Api
  /** This file's own, ready for pods; removed after it. */
  namespace: string
  /** Tends the pods of the namespace; null on somebody's own cluster, which has real ones. */
  kubelet: Kubelet | null
}

/** Gives a test file a namespace of its own on the shared API server, and a kubelet there. Read its fields in tests and later hooks only. */
export function sharedCluster(knobs: Omit<Knobs, 'namespace'> = {}): SharedCluster {
  const cluster = {} as SharedCluster
  beforeAll(async () => {
    const server = inject('apiServer')
    const namespace = `slipway-test-${randomBytes(4).toString('hex')}`
    Object.assign(cluster, { server, namespace, api: new Api(server), kubelet: null })
    await makeNamespace(cluster.api, namespace, server)
    if (!server.existing) cluster.kubelet = await startKubelet(server, { ...knobs, namespace })
  })
  afterAll(async () => {
    // Not waited for: controllers take seconds to empty it, and the server ends with the run.
    await cluster.api.send('DELETE', `/api/v1/namespaces/${cluster.namespace}`)
    await cluster.kubelet?.stop()
    await cluster.api.close()
  })
  return cluster
}
