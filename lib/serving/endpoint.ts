import type { ObservedEndpoint, Wish, WishArm } from '@/lib/endpoints/wish'
import { canonicalJson, wishHash } from '@/lib/endpoints/wish-hash'
import { blockedArms } from './capacity'
import type { Served } from './directory'
import type { EndpointLog } from './endpoint-log'
import { Copies } from './mirror'
import { Refusal } from './refusal'
import { type ArmInput, type Assignment, assign, createTable, type RoutingTable } from './router'
import { type VersionDeps, VersionServers } from './version-servers'
import type { StoredEndpoint } from './wish-store'

export type Table = RoutingTable<VersionServers>

interface EndpointDeps extends Omit<VersionDeps, 'changed'> {
  log: EndpointLog
  /** Another wish is routed by now. */
  routed(endpoint: Endpoint): void
}

/** An endpoint on this cluster: the wish that was taken, the wish that is routed by, and the servers of both. */
export class Endpoint implements Served {
  /** Swapped as a whole. A request reads it once. */
  table: Table
  acknowledgedAt: number
  /** What was copied and is not answered yet, also by wishes of before. */
  readonly copies = new Copies()
  readonly #servers = new Map<string, VersionServers>()
  readonly #retiring = new Set<VersionServers>()
  #stored: StoredEndpoint
  #busy = false

  constructor(
    stored: StoredEndpoint,
    private readonly deps: EndpointDeps,
  ) {
    const same = stored.routed?.generation === stored.wish.generation && wishHash(stored.routed) === wishHash(stored.wish)
    this.#stored = same ? { ...stored, routed: stored.wish } : stored
    this.acknowledgedAt = deps.now()
    this.table = createTable(stored.wish, [])
    this.#settle()
  }

  get stored(): StoredEndpoint {
    return this.#stored
  }

  get wish(): Wish {
    return this.#stored.wish
  }

  get log() {
    return this.deps.log
  }

  /** What would be stored for a wish: routed by at once if its capacity is there. */
  plan(wish: Wish, removed: boolean): StoredEndpoint {
    const { routed } = this.#stored
    return { wish, removed, routed: this.#blocked(routed, wish) ? routed : wish }
  }

  /** Takes what has been stored. */
  take(stored: StoredEndpoint): void {
    const before = this.#stored
    this.#stored = stored
    this.#settle()
    if (stored.routed && (before.routed?.generation !== stored.routed.generation || wishHash(before.routed) !== wishHash(stored.routed))) {
      this.#acknowledge()
    }
  }

  observed(): ObservedEndpoint {
    const { wish, routed, removed } = this.#stored
    const weights = new Map(routed?.arms.map((arm) => [arm.versionId, arm.weight]))
    const arms = [...wish.arms, ...(routed?.arms.filter((arm) => !wish.arms.some((held) => held.versionId === arm.versionId)) ?? [])]
    return {
      endpointId: wish.endpointId,
      fence: wish.fence,
      generation: routed?.generation ?? -1,
      wishHash: routed ? wishHash(routed) : '',
      acknowledgedAt: this.acknowledgedAt,
      arms: arms.map((arm) => {
        const servers = this.#servers.get(configOf(arm))
        const { versionId, role, replicas: wanted } = arm
        return {
          versionId,
          role,
          weight: weights.get(versionId) ?? 0,
          ready: servers?.ready ?? 0,
          wanted,
          replicas: servers?.observed() ?? [],
        }
      }),
      removed,
      byHand: this.#stored.byHand ?? null,
    }
  }

  /** Whether some arm can answer. */
  get ready(): boolean {
    return this.table.arms.some((arm) => arm.servers.ready > 0)
  }

  /** By its pin, its key, or chance. */
  assign(key: string | undefined, pin: 'live' | 'candidate' | undefined): Assignment<VersionServers> {
    const assignment = assign(this.table, key, pin)
    if (assignment) return assignment
    if (pin !== undefined && this.table.arms.length > 0)
      throw new Refusal(404, 'not-found', `There is no ${pin} version to pin this request to.`)
    const starting = this.wish.arms.some((arm) => arm.weight > 0)
    const message = starting ? 'no live version: the first one is starting' : 'no live version'
    throw new Refusal(503, 'no-live-version', message, { 'retry-after': '1' })
  }

  pids(): number[] {
    return [...this.#servers.values(), ...this.#retiring].flatMap((servers) => servers.pids)
  }

  /** Ends all servers after their last request. */
  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((servers) => servers.retire()))
  }

  #blocked(routed: Wish | null, wish: Wish): boolean {
    const wanted = new Set(wish.arms.map(configOf))
    // A version whose threshold or baseline is another needs new servers: as if it had not been routed to.
    const kept = routed && { ...routed, arms: routed.arms.filter((arm) => wanted.has(configOf(arm))) }
    return blockedArms(kept, wish, (arm) => this.#servers.get(configOf(arm))?.ready ?? 0).length > 0
  }

  /** A replica's readiness has changed: what was waiting for it may be routed by now. */
  #changed(): void {
    const { wish, routed } = this.#stored
    if (this.#busy || wish === routed || this.#blocked(routed, wish)) return
    this.#stored = { ...this.#stored, routed: wish }
    this.#settle()
    this.#acknowledge()
  }

  #acknowledge(): void {
    this.acknowledgedAt = this.deps.now()
    this.deps.routed(this)
  }

  /** Starts the servers of both wishes, routes by the routed one, ends servers of neither. */
  #settle(): void {
    this.#busy = true
    const { wish, routed } = this.#stored
    const counts = new Map<string, { arm: WishArm; replicas: number }>()
    for (const arm of [...(routed?.arms ?? []), ...wish.arms]) {
      const key = configOf(arm)
      // While two wishes stand, the larger count; once only one does, its own.
      const replicas = routed === wish ? arm.replicas : Math.max(arm.replicas, counts.get(key)?.replicas ?? 0)
      counts.set(key, { arm, replicas })
    }
    for (const [key, { arm, replicas }] of counts) {
      const servers = this.#servers.get(key) ?? new VersionServers(wish.model, arm, { ...this.deps, changed: () => this.#changed() })
      this.#servers.set(key, servers)
      servers.observe((routed ?? wish).observe ?? null)
      servers.scale(replicas)
    }
    this.table = createTable(routed ?? { ...wish, generation: -1 }, this.#inputs(routed))
    for (const [key, servers] of this.#servers) if (!counts.has(key)) this.#retire(key, servers)
    this.#busy = false
  }

  #inputs(routed: Wish | null): ArmInput<VersionServers>[] {
    return (routed?.arms ?? []).flatMap((arm) => {
      const servers = this.#servers.get(configOf(arm))
      const { role, versionId, number, weight } = arm
      return servers ? [{ role, versionId, number, weight, servers }] : []
    })
  }

  #retire(key: string, servers: VersionServers): void {
    this.#servers.delete(key)
    this.#retiring.add(servers)
    void servers.retire().finally(() => this.#retiring.delete(servers))
  }
}

const CONFIGS = new WeakMap<WishArm, string>()

/** Arms that need the same servers: everything of an arm but its role, weight and number of replicas. */
function configOf(arm: WishArm): string {
  const { versionId, number, digest, threshold, baseline } = arm
  const config = CONFIGS.get(arm) ?? canonicalJson({ versionId, number, digest, threshold, baseline })
  CONFIGS.set(arm, config)
  return config
}
