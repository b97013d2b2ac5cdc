import path from 'node:path'
import type { z } from 'zod'
import type { ObservedEndpoint, Wish } from '@/lib/endpoints/wish'
import { wishHash } from '@/lib/endpoints/wish-hash'
import type { NamedCluster } from '@/lib/env'
import { log } from '@/lib/log'
import { ArtifactCache } from './artifact-cache'
import { wrongWish } from './capacity'
import { CorrectedClock } from './clock'
import { Endpoint } from './endpoint'
import { EndpointLog } from './endpoint-log'
import { Flusher } from './flusher'
import { Gateway, type GatewayLimits, LIMITS } from './gateway'
import { returned } from './hand'
import { changes } from './preview'
import { Refusal } from './refusal'
import type { ChangeLine, ClusterState, LogLine } from './schema'
import { Spool } from './spool'
import { Telemetry } from './telemetry'
import { type StoredEndpoint, WishStore } from './wish-store'

interface ClusterOptions {
  /** Data folder; this cluster's own is clusters/NAME in it. */
  dataDir: string
  /** Base URL of the web. */
  url: string
  version: string
  limits?: GatewayLimits
  clock?: CorrectedClock
}

export type Decision =
  | { kind: 'applied'; observed: ObservedEndpoint }
  | { kind: 'stale' | 'conflict'; fence: number; generation: number }
  | { kind: 'refused'; reason: string }

/** How long the start waits for the time before it serves without it. */
const FIRST_ANSWER_MS = 1_500
/** How long the gateway stays closed for the stored wishes' servers: until every arm with weight can answer or has failed to start, or this is over. */
const FIRST_READY_MS = 15_000
const DRAIN_MS = 5_000
const LAST_FLUSH_MS = 2_000

/** One named cluster: its gateway, endpoints, telemetry and state on disk. Clusters of one process share nothing. */
export class Cluster {
  readonly clock: CorrectedClock
  readonly telemetry: Telemetry
  readonly gateway: Gateway
  readonly flusher: Flusher
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #addresses = new Map<string, Endpoint>()
  readonly #store: WishStore
  readonly #artifacts: ArtifactCache
  #problems: string[] = []
  #writes: Promise<unknown> = Promise.resolve()

  constructor(
    readonly named: z.infer<typeof NamedCluster>,
    private readonly options: ClusterOptions,
  ) {
    const folder = path.join(options.dataDir, 'clusters', named.name)
    const source = { url: options.url, identityToken: named.identityToken }
    this.clock = options.clock ?? new CorrectedClock()
    this.telemetry = new Telemetry(this.clock)
    this.flusher = new Flusher(this.telemetry, new Spool(path.join(folder, 'spool'), this.telemetry.boot), source)
    this.#store = new WishStore(path.join(folder, 'wishes'))
    this.#artifacts = new ArtifactCache(path.join(folder, 'artifacts'), source)
    const find = (environment: string, model: string) => this.#addresses.get(addressOf({ environment, model }))
    const list = (environment: string) => [...this.#addresses.values()].filter(({ wish }) => wish.environment === environment)
    this.gateway = new Gateway({ find, list }, this.telemetry, this.clock, options.limits ?? LIMITS)
  }

  /** Serves the stored wishes, whether or not web, engine and Postgres are there. */
  async start(): Promise<void> {
    const { endpoints, problems } = await this.#store.load()
    this.#problems = problems
    for (const problem of problems) log.error({ cluster: this.named.name }, problem)
    await Promise.race([this.flusher.start(), sleep(FIRST_ANSWER_MS)])
    for (const stored of endpoints) this.#hold(stored)
    // No arm is charged for requests that came before its first server was up: which of two comes up first after a restart says nothing about either.
    const limit = performance.now() + FIRST_READY_MS
    while (this.#starting() && performance.now() < limit) await sleep(20)
    await this.gateway.listen(this.named.gatewayPort)
  }

  /** Answers what is in flight, sends the last counts, ends the servers. */
  async stop(): Promise<void> {
    await this.gateway.close(DRAIN_MS)
    await Promise.all([...this.#endpoints.values()].map((endpoint) => endpoint.stop()))
    await this.flusher.stop(LAST_FLUSH_MS)
  }

  /** Takes a wish if it is not earlier than what is there; it is on disk before this resolves. */
  apply(wish: Wish): Promise<Decision> {
    return this.#write(wish, false)
  }

  /** Stops serving an endpoint, and remembers who said so. */
  remove(endpointId: string, fence: number, generation: number): Promise<Decision> {
    const before = this.#endpoints.get(endpointId)?.wish
    const empty = { environment: 'removed', model: endpointId, salt: '', labelRate: 0 }
    return this.#write({ ...empty, ...before, endpointId, fence, generation, arms: [], keys: [], mirror: undefined }, true)
  }

  /**
   * All traffic to a version that is loaded here, for somebody who has nothing but this API. Its fence leaps, so that no engine that still works on the endpoint
   * writes over it.
   */
  returnByHand(endpointId: string, version: number): Promise<Decision> {
    const held = this.#endpoints.get(endpointId)
    if (!held || held.stored.removed) throw new Refusal(404, 'not-found', 'This cluster does not serve that endpoint.')
    const wish = returned(held.wish, version)
    if (wish) return this.#write(wish, false, { at: this.clock.now() })
    const loaded = held.wish.arms.map((arm) => `v${arm.number}`).join(', ') || 'none'
    return Promise.resolve({ kind: 'refused', reason: `Version ${version} is not loaded here. Loaded: ${loaded}.` })
  }

  observe(): ObservedEndpoint[] {
    return [...this.#endpoints.values()].map((endpoint) => endpoint.observed())
  }

  /** null for an endpoint that is not known here. */
  logs(endpointId: string, limit: number): LogLine[] | null {
    return this.#endpoints.get(endpointId)?.log.last(limit) ?? null
  }

  preview(wish: Wish): ChangeLine[] {
    return changes(this.#endpoints.get(wish.endpointId)?.wish ?? null, wish)
  }

  state(): ClusterState {
    return {
      name: this.named.name,
      version: this.options.version,
      boot: this.telemetry.boot,
      gatewayPort: this.named.gatewayPort,
      now: this.clock.now(),
      offsetMs: this.clock.offsetMs,
      endpoints: this.#addresses.size,
      telemetry: this.flusher.state,
      problems: this.#problems,
    }
  }

  pids(): number[] {
    return [...this.#endpoints.values()].flatMap((endpoint) => endpoint.pids())
  }

  #starting(): boolean {
    return [...this.#addresses.values()].some((endpoint) =>
      endpoint.table.arms.some((arm) => arm.weight > 0 && arm.servers.ready === 0 && arm.servers.starting),
    )
  }

  /** One write after another, so that a decision is made on what is on disk. */
  #write(wish: Wish, removed: boolean, byHand: { at: number } | null = null): Promise<Decision> {
    const decision = this.#writes.then(() => this.#decide(wish, removed, byHand))
    this.#writes = decision.catch(() => undefined)
    return decision
  }

  async #decide(wish: Wish, removed: boolean, byHand: { at: number } | null): Promise<Decision> {
    const there = this.#endpoints.get(wish.endpointId)
    if (there) {
      const { fence, generation } = there.wish
      if (wish.fence < fence || (wish.fence === fence && wish.generation < generation)) return { kind: 'stale', fence, generation }
      const same = there.stored.removed === removed && wishHash(there.wish) === wishHash(wish)
      if (wish.fence === fence && wish.generation === generation)
        return same ? { kind: 'applied', observed: there.observed() } : { kind: 'conflict', fence, generation }
    }
    const reason = removed ? null : (wrongWish(wish) ?? this.#taken(wish))
    if (reason) return { kind: 'refused', reason }
    const planned = there?.plan(wish, removed) ?? { wish, removed, routed: wish.arms.some((arm) => arm.weight > 0) ? null : wish }
    const stored = { ...planned, byHand }
    await this.#store.save(stored)
    return { kind: 'applied', observed: this.#hold(stored).observed() }
  }

  #taken(wish: Wish): string | null {
    const other = this.#addresses.get(addressOf(wish))
    const taken = other && other.wish.endpointId !== wish.endpointId
    return taken ? `Endpoint ${other.wish.endpointId} has the address /${wish.environment}/v2/models/${wish.model} here.` : null
  }

  #hold(stored: StoredEndpoint): Endpoint {
    const { endpointId } = stored.wish
    const there = this.#endpoints.get(endpointId)
    if (there) {
      this.#addresses.delete(addressOf(there.wish))
      there.take(stored)
    }
    const endpoint = there ?? this.#open(stored)
    this.#endpoints.set(endpointId, endpoint)
    if (!stored.removed) this.#addresses.set(addressOf(stored.wish), endpoint)
    return endpoint
  }

  #open(stored: StoredEndpoint): Endpoint {
    const { endpointId } = stored.wish
    return new Endpoint(stored, {
      artifacts: this.#artifacts,
      log: new EndpointLog(() => this.clock.now()),
      now: () => this.clock.now(),
      bins: (versionId, baselineId, rows) => this.telemetry.bins(endpointId, versionId, baselineId, rows),
      routed: (endpoint) => {
        this.flusher.soon()
        this.#store.save(endpoint.stored).catch((error) => log.error({ err: error, endpointId }, 'routed wish not stored'))
      },
    })
  }
}

/** One text per address: names may hold a slash. */
function addressOf({ environment, model }: { environment: string; model: string }): string {
  return `${environment.length}/${environment}/${model}`
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
