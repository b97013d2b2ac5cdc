import { db } from '@/lib/db'
import { returnRollout } from '@/lib/rollouts/steering/commands'
import { until } from '@/scripts/house/wait'
import { type Access, Api } from '@/tools/k8s/api'
import { engineerOf, launchSecond } from '../registered'
import type { Peopled } from './world'

interface Route {
  metadata: { labels?: Record<string, string>; resourceVersion: string }
  spec: { rules?: { backendRefs?: { weight?: number }[] }[] }
}

/** How many versions get traffic by each endpoint's route, as the API server tells of every write. */
class RouteWatch {
  readonly #api: Api
  readonly #ending = new AbortController()
  readonly #versions = new Map<string, number>()
  #told: () => void = () => undefined
  #running: Promise<void> = Promise.resolve()

  constructor(access: Access) {
    this.#api = new Api(access)
  }

  async start(namespace: string): Promise<this> {
    const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`
    const { items, metadata } = await this.#api.get<{ items: Route[]; metadata: { resourceVersion: string } }>(path)
    for (const route of items) this.#saw(route)
    this.#running = this.#follow(path, metadata.resourceVersion)
    return this
  }

  /** Resolves at the moment in which an endpoint's route is seen to lead to so many versions. */
  async until(endpointId: string, versions: number, seconds: number): Promise<number> {
    const end = performance.now() + seconds * 1_000
    while (this.#versions.get(endpointId) !== versions) {
      const left = end - performance.now()
      if (left <= 0) throw new Error(`The route of ${endpointId} did not lead to ${versions} versions within ${seconds} s.`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#told = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return performance.now()
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#running
    await this.#api.close()
  }

  async #follow(path: string, from: string): Promise<void> {
    try {
      for await (const { type, object } of this.#api.watch<Route>(path, from, this.#ending.signal))
        if (type === 'MODIFIED') this.#saw(object)
    } catch (error) {
      if (!this.#ending.signal.aborted) throw error
    }
  }

  #saw({ metadata, spec }: Route): void {
    const refs = spec.rules?.[0]?.backendRefs ?? []
    this.#versions.set(metadata.labels?.['slipway.dev/endpoint'] ?? '', refs.filter(({ weight = 1 }) => weight > 0).length)
    this.#told()
  }
}

/** Until the API server had the route without the candidate, ms: from the click, and from when the decision was known to be stored. */
export interface Return {
  clicked: number
  decided: number
}

/** Rollouts at half of the traffic are returned by a person, one after another. An engine must be running. */
export async function returnsOf(access: Access, site: Peopled, runs: number): Promise<Return[]> {
  const actor = engineerOf(site.teamId)
  const routes = await new RouteWatch(access).start(site.environment)
  const found: Return[] = []
  try {
    const endpoints = site.endpoints.slice(0, runs)
    const ids: string[] = []
    for (const endpoint of endpoints) ids.push(await launchSecond(actor, site, endpoint))
    for (const { id } of endpoints) await routes.until(id, 2, 300)
    for (const [i, rolloutId] of ids.entries()) {
      const clicked = performance.now()
      const said = await returnRollout(actor, { rolloutId, reason: 'bench' })
      if (!said.ok) throw new Error(said.problem.message)
      const decided = performance.now()
      const written = await routes.until(endpoints[i].id, 1, 60)
      found.push({ clicked: written - clicked, decided: written - decided })
      await until({ what: 'the return has ended', seconds: 120 }, async () => {
        const { phase } = await db().rollout.findUniqueOrThrow({ where: { id: rolloutId }, select: { phase: true } })
        return phase === 'aborted'
      })
    }
    return found
  } finally {
    await routes.stop()
  }
}
