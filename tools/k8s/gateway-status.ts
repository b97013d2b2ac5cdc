import { setTimeout as pause } from 'node:timers/promises'
import { canonicalJson } from '@/lib/endpoints/wish-hash'
import { type Access, Api } from './api'
import { follow } from './follow'

/** What a gateway says of a route: that it takes it (after so long), that it does not, or nothing. */
export type Verdict =
  | { says: 'accepted'; afterMs?: number }
  | { says: 'refused'; type: 'Accepted' | 'ResolvedRefs'; reason: string }
  | { says: 'nothing' }

interface Route {
  metadata: { name: string; namespace: string; uid: string; generation: number; resourceVersion: string }
  spec: { parentRefs?: { name: string }[] }
  status?: { parents?: { conditions?: { observedGeneration?: number }[] }[] }
}

export interface GatewayStatus {
  /** From now on routes are judged so, those that are there too. */
  decree(verdict: Verdict): void
  stop(): Promise<void>
}

const CONTROLLER = 'slipway.dev/test-gateway'

/** Resolves when requests are routed by this generation of a route. */
export type Taken = (name: string, generation: number) => Promise<void>

/** Plays the part of a gateway that the API server sees: writes into each route's status whether it takes it. Traffic flows by a router beside it, if there is one. */
class StatusWriter implements GatewayStatus {
  readonly #ending = new AbortController()
  readonly #routes = new Map<string, Route>()
  /** What was last written of a route: it may be seen only after its next change. */
  readonly #written = new Map<string, string>()
  readonly #loop: Promise<void>
  #verdict: Verdict = { says: 'accepted' }

  constructor(
    private readonly api: Api,
    private readonly path: string,
    private readonly taken: Taken | undefined,
  ) {
    this.#loop = this.#look()
  }

  decree(verdict: Verdict): void {
    this.#verdict = verdict
    this.#written.clear()
    for (const route of this.#routes.values()) void this.#judge(route)
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#loop
    await this.api.close()
  }

  #look(): Promise<void> {
    const lost = ({ metadata }: Route) => void this.#routes.delete(metadata.name)
    return follow<Route>(this.api, this.path, { saw: (route) => this.#saw(route), lost }, this.#ending.signal)
  }

  #saw(route: Route): void {
    this.#routes.set(route.metadata.name, route)
    void this.#judge(route)
  }

  async #judge(route: Route): Promise<void> {
    const verdict = this.#verdict
    const { name, generation } = route.metadata
    if (verdict.says === 'nothing' || !route.spec.parentRefs?.length) return
    if (verdict.says === 'accepted' && verdict.afterMs)
      await pause(verdict.afterMs, undefined, { signal: this.#ending.signal }).catch(() => undefined)
    if (verdict.says === 'accepted') await this.taken?.(name, generation)
    if (this.#ending.signal.aborted || this.#routes.get(name)?.metadata.generation !== generation) return
    const parents = route.spec.parentRefs.map((parentRef) => ({
      parentRef,
      controllerName: CONTROLLER,
      conditions: conditionsOf(verdict, generation),
    }))
    if (saidOf(route.status?.parents) === saidOf(parents)) return
    const said = `${route.metadata.uid} ${saidOf(parents)}`
    if (this.#written.get(name) === said) return
    this.#written.set(name, said)
    try {
      await this.api.send('PATCH', `${this.path}/${name}/status`, { status: { parents } }, 'application/merge-patch+json')
    } catch {
      this.#written.delete(name)
      // Changed, removed, or the API server is gone: what comes of it is seen, and judged again.
    }
  }
}

/** What counts of a status: everything but its times, in one order of fields, as the API server has its own. */
function saidOf(parents: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(parents ?? [], (key, value) => (key === 'lastTransitionTime' ? undefined : value))))
}

function conditionsOf(verdict: Verdict, observedGeneration: number) {
  const lastTransitionTime = new Date().toISOString()
  return ['Accepted', 'ResolvedRefs'].map((type) => {
    const refused = verdict.says === 'refused' && verdict.type === type
    const reason = refused ? verdict.reason : type
    return { type, status: refused ? 'False' : 'True', reason, message: '', observedGeneration, lastTransitionTime }
  })
}

/** Starts it for the routes of one namespace; every route is accepted at once (with `taken`: when that says so) until a decree says otherwise. */
export function startGatewayStatus(server: Access, namespace: string, taken?: Taken): GatewayStatus {
  return new StatusWriter(new Api(server), `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`, taken)
}
