import type { IncomingHttpHeaders } from 'node:http'
import { FULL } from '@/lib/endpoints/wish'
import { type Assigned, readAssigned } from '../assigned'
import type { Served } from '../directory'
import { Copies } from '../mirror'
import { type Assignment, createTable, type RoutingTable } from '../router'
import { type VersionDeps, VersionServers } from '../version-servers'
import type { PodEndpoint, PodVersion } from './settings'

/** Routing tables kept: one per generation and role that came lately. */
const TABLES = 64

type Pin = 'live' | 'candidate' | undefined

/**
 * The one version that a pod serves. Who routes is the cluster's gateway: a request says to what it was assigned. One that says nothing came past the gateway, and is
 * counted as pinned: shown, and never evidence.
 */
export class ServedVersion implements Served {
  readonly copies = new Copies()
  readonly servers: VersionServers
  table: RoutingTable<VersionServers>
  readonly #tables = new Map<string, RoutingTable<VersionServers>>()
  #endpoint: PodEndpoint
  #newest = 0

  constructor(
    readonly version: PodVersion,
    endpoint: PodEndpoint,
    private readonly deps: VersionDeps & { /** A request came by a later generation than any before. */ moved(): void },
  ) {
    this.#endpoint = endpoint
    this.servers = new VersionServers(endpoint.model, { ...version, role: 'live', replicas: 1, weight: FULL }, deps)
    this.servers.observe(endpoint.observe)
    this.table = this.#create({ generation: 0, role: 'pinned', observe: null }, undefined)
  }

  get wish(): PodEndpoint {
    return this.#endpoint
  }

  get ready(): boolean {
    return this.servers.ready > 0
  }

  /** Keys, label rate or what is counted have changed. */
  take(endpoint: PodEndpoint): void {
    this.#endpoint = endpoint
    this.#tables.clear()
    this.servers.observe(endpoint.observe)
  }

  assign(_key: string | undefined, pin: Pin, headers: IncomingHttpHeaders): Assignment<VersionServers> {
    const assigned = readAssigned(headers, this.version.versionId) ?? { generation: 0, role: 'pinned', observe: null }
    if (assigned.generation > this.#newest) {
      this.#newest = assigned.generation
      this.deps.moved()
    }
    const { arms, mirror } = this.#tableOf(assigned, pin)
    const [arm] = arms
    if (assigned.role === 'shadow' && mirror) return { arm, series: mirror.series }
    return { arm, series: assigned.role === 'pinned' ? arm.pinned : arm.series }
  }

  #tableOf(assigned: Assigned, pin: Pin): RoutingTable<VersionServers> {
    const key = `${assigned.generation}/${assigned.role}/${pin ?? ''}/${assigned.observe ?? ''}`
    const known = this.#tables.get(key)
    if (known) return known
    if (this.#tables.size >= TABLES) this.#tables.clear()
    const table = this.#create(assigned, pin)
    this.#tables.set(key, table)
    return table
  }

  #create({ generation, role, observe }: Assigned, pin: Pin): RoutingTable<VersionServers> {
    const { endpointId, observe: wanted } = this.#endpoint
    const { versionId, number } = this.version
    const shadow = role === 'shadow'
    // A copy leaves no prediction: its caller never saw an answer of ours.
    const labelRate = shadow ? 0 : this.#endpoint.labelRate
    // The file is later than the route: what is looked at by another wish than the request's is not counted.
    const own = wanted !== null && wanted.key === observe ? { observe: wanted } : {}
    const mirror = shadow ? { mirror: { versionId, share: FULL } } : {}
    const arm = role === 'live' || role === 'candidate' ? role : role === 'pinned' ? (pin ?? null) : 'candidate'
    return createTable({ endpointId, generation, salt: '', labelRate, ...own, ...mirror }, [
      { role: arm, versionId, number, weight: FULL, servers: this.servers },
    ])
  }
}
