import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, inject } from 'vitest'
import type { Wish } from '@/lib/endpoints/wish'
import { TestWeb } from '@/lib/serving/testing/web'
import { inferBody } from '@/lib/serving/testing/wish'
import { Api } from '@/tools/k8s/api'
import { type ApiServer, startApiServer } from '@/tools/k8s/api-server'
import { lacks, type Need, needs } from '@/tools/k8s/cluster.fixture'
import { installCrds } from '@/tools/k8s/crds'
import { type Gateway, startGateway } from '@/tools/k8s/gateway/gateway'
import type { GatewayName } from '@/tools/k8s/gateway/program'
import { makeNamespace } from '@/tools/k8s/namespace'
import { type RunningKubelet, startRunningKubelet } from '@/tools/k8s/running/kubelet'
import { seen } from '@/tools/k8s/seen'
import { DriverOn, restrict } from './cluster.fixture'
import { publicPath } from './render/names'

/** What its tests need of a machine, beside the gateway. */
const NEEDS: Need[] = ['kubelet', 'own-server', 'addresses']

/** Pods load real models: on a busy machine that takes long. */
export const WITHIN_S = 170

interface Shared {
  server: ApiServer
  api: Api
  namespace: string
}

/** A cluster with a gateway that is none of ours, and pods that run Slipway's own programs: requests go through both as they do for users. */
export class GatewayCluster {
  readonly on = new DriverOn({} as Shared)
  readonly web = new TestWeb()
  kubelet!: RunningKubelet
  gateway!: Gateway
  #webUrl = ''

  constructor(private readonly name: GatewayName) {
    beforeEach((context) => needs(context, inject('apiServer'), ...NEEDS, name))
    beforeAll(async () => {
      if (!lacks(inject('apiServer'), ...NEEDS, name)) await this.#open()
    })
    afterAll(() => this.#close())
  }

  async #open(): Promise<void> {
    this.#webUrl = await this.web.open()
    // One of its own: a GatewayClass is the whole cluster's.
    const server = await startApiServer({ name: this.name, beside: inject('apiServer') })
    const shared = Object.assign(this.on.shared, {
      ...{ server, api: new Api(server), namespace: `slipway-test-${randomBytes(4).toString('hex')}` },
    })
    await installCrds(server, ['gateway-api'])
    await makeNamespace(shared.api, shared.namespace, server)
    await restrict(shared)
    const secret = { metadata: { name: 'slipway-identity' }, stringData: { token: this.web.identityToken } }
    await shared.api.send('POST', `/api/v1/namespaces/${shared.namespace}/secrets`, secret)
    this.kubelet = await startRunningKubelet(server, shared.namespace)
    this.gateway = await startGateway(this.name, server, { name: 'public', namespace: shared.namespace })
  }

  async #close(): Promise<void> {
    await this.gateway?.stop()
    await this.kubelet?.stop()
    await this.web.close()
    await this.on.shared.api?.close()
    await this.on.shared.server?.stop()
  }

  get target() {
    return this.on.target({ slipwayUrl: this.#webUrl })
  }

  pathOf(wish: Wish): string {
    return `${publicPath(wish)}/infer`
  }

  /** One request of a caller. */
  ask(wish: Wish, headers: Record<string, string> = {}): Promise<Response> {
    const own = { 'content-type': 'application/json', ...headers }
    return fetch(this.gateway.url + this.pathOf(wish), { method: 'POST', headers: own, body: inferBody() })
  }

  /** So many requests, and how many each version answered; what is no answer of a version is under its status. */
  async answers(wish: Wish, n: number, headers: Record<string, string> = {}): Promise<Map<string, number>> {
    const counts = new Map<string, number>()
    let left = n
    const caller = async () => {
      while (left-- > 0) {
        const answer = await this.ask(wish, headers)
        await answer.arrayBuffer()
        const by = answer.status === 200 ? `v${answer.headers.get('x-model-version')}` : String(answer.status)
        counts.set(by, (counts.get(by) ?? 0) + 1)
      }
    }
    await Promise.all(Array.from({ length: 4 }, caller))
    return counts
  }

  /** How many requests of a generation its pods have counted, of one version and role or of all. */
  counted({ generation }: Wish, versionId?: string, role?: string): number {
    return this.web.sum(
      ({ n }) => n,
      (row) => row.generation === generation && row.versionId === (versionId ?? row.versionId) && row.role === (role ?? row.role),
    )
  }

  /** Turn by turn until the wish is acknowledged, and then until requests are told its generation: when the gateway goes by it, it alone knows. */
  async goes(wish: Wish): Promise<void> {
    await this.on.routed(wish, this.target, WITHIN_S * 1_000)
    await seen(`requests of generation ${wish.generation}`, WITHIN_S, async () => {
      await (await this.ask(wish)).arrayBuffer()
      return this.counted(wish) > 0
    })
  }
}
