import type { ObservedArm, ObservedEndpoint, Wish } from '@/lib/endpoints/wish'
import { wishHash } from '@/lib/endpoints/wish-hash'
import { blockedArms } from '@/lib/serving/capacity'
import { changes } from '@/lib/serving/preview'
import type { ApplyResult, Change, ClusterTarget, Driver, LogLine, Unreachable } from './driver'

/** What may go wrong with a fake cluster, set by a test at any time. `crash` is called at named points of a call and may throw. */
export interface Faults {
  unreachable: string | null
  /** Observations are never answered: a black hole. */
  hang: boolean
  /** Applies answer only after this promise: an engine that is slow to write. */
  delay: (() => Promise<void>) | null
  crash: ((point: 'apply:before' | 'apply:after' | 'observe') => void) | null
  /** Versions (by id) and artifacts (by digest) whose replicas never become ready. */
  neverReady: Set<string>
  /** Versions (by id) of which at most so many replicas are ready. */
  readyAtMost: Map<string, number>
  /** What a preview says that the cluster would refuse. */
  refusals: string[]
  /** Why it sends no copies of requests. */
  noMirror: string | null
}

interface Held {
  wish: Wish
  /** What is routed by: the last wish that no arm kept from it. */
  routed: Wish
  acknowledgedAt: number
  startedAt: Map<string, number>
  removed: boolean
}

/** An in-memory cluster with a hand clock. It forgets nothing of (fence, generation), as a real one may not. */
export class FakeCluster {
  readonly faults: Faults = {
    unreachable: null,
    hang: false,
    delay: null,
    crash: null,
    neverReady: new Set(),
    readyAtMost: new Map(),
    refusals: [],
    noMirror: null,
  }
  /** Every write that was taken, in order: what tests count effects by. */
  readonly taken: { endpointId: string; fence: number; generation: number }[] = []
  readonly held = new Map<string, Held>()

  constructor(
    readonly now: () => number,
    readonly readyAfterMs = 0,
  ) {}

  /** The weight by which a version is routed now, in basis points. */
  weightOf(endpointId: string, versionId: string): number {
    return this.observed(endpointId)?.arms.find((arm) => arm.versionId === versionId)?.weight ?? 0
  }

  /** Puts a wish past the fence checks: another writer on our route. */
  intrude(wish: Wish): void {
    this.keep(wish, false)
  }

  keep(wish: Wish, removed: boolean): void {
    const before = this.held.get(wish.endpointId)
    const startedAt = new Map(wish.arms.map((arm) => [arm.versionId, before?.startedAt.get(arm.versionId) ?? this.now()]))
    this.held.set(wish.endpointId, {
      wish,
      routed: before?.routed ?? { ...wish, generation: -1, arms: [] },
      acknowledgedAt: before?.acknowledgedAt ?? this.now(),
      startedAt,
      removed,
    })
    this.route(wish.endpointId)
  }

  observed(endpointId: string): ObservedEndpoint | undefined {
    this.route(endpointId)
    const held = this.held.get(endpointId)
    if (!held) return undefined
    return {
      endpointId,
      fence: held.wish.fence,
      generation: held.routed.generation,
      wishHash: wishHash(held.routed),
      acknowledgedAt: held.acknowledgedAt,
      arms: held.wish.arms.map((arm) => this.arm(held, arm)),
      removed: held.removed,
    }
  }

  private arm(held: Held, arm: Wish['arms'][number]): ObservedArm {
    const weight = held.routed.arms.find((routed) => routed.versionId === arm.versionId)?.weight ?? 0
    const ready = this.readyOf(held, arm)
    const reason = this.isBroken(arm) ? 'The model cannot be loaded.' : null
    const replicas = Array.from({ length: arm.replicas }, (_, i) => ({
      id: `${arm.number}-${i}`,
      state: i < ready ? ('ready' as const) : ('starting' as const),
      restarts: 0,
      cpu: 0.1,
      memoryBytes: 1e8,
      lastExit: null,
      reason: i < ready ? null : reason,
    }))
    return { versionId: arm.versionId, role: arm.role, weight, ready, wanted: arm.replicas, replicas }
  }

  private readyOf(held: Held, arm: Wish['arms'][number]): number {
    const { versionId, replicas } = arm
    const started = this.now() - (held.startedAt.get(versionId) ?? this.now()) >= this.readyAfterMs
    if (!started || this.isBroken(arm)) return 0
    return Math.min(replicas, this.faults.readyAtMost.get(versionId) ?? replicas)
  }

  private isBroken({ versionId, digest }: Wish['arms'][number]): boolean {
    const { neverReady } = this.faults
    return neverReady.has(versionId) || neverReady.has(digest)
  }

  /** Traffic moves only to what can answer, by the rule of a real cluster. */
  private route(endpointId: string): void {
    const held = this.held.get(endpointId)
    if (!held || held.routed === held.wish) return
    if (blockedArms(held.routed, held.wish, (arm) => this.readyOf(held, arm)).length > 0) return
    held.routed = held.wish
    held.acknowledgedAt = this.now()
  }
}

/** The driver of fake clusters, by cluster id. Refuses late writers as every driver must. */
export function fakeDriver(clusters: Map<string, FakeCluster>): Driver {
  const open = (target: ClusterTarget): FakeCluster | Unreachable => {
    const cluster = clusters.get(target.id)
    if (!cluster) return { ok: false, kind: 'unreachable', reason: `There is no cluster ${target.name}.` }
    return cluster.faults.unreachable === null ? cluster : { ok: false, kind: 'unreachable', reason: cluster.faults.unreachable }
  }
  return {
    async observe(target, signal) {
      const cluster = open(target)
      if (!(cluster instanceof FakeCluster)) return cluster
      cluster.faults.crash?.('observe')
      if (cluster.faults.hang) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      if (signal.aborted) return { ok: false, kind: 'unreachable', reason: 'Did not answer in time.' }
      const seen = [...cluster.held.keys()].flatMap((id) => cluster.observed(id) ?? [])
      return { ok: true, endpoints: new Map(seen.map((endpoint) => [endpoint.endpointId, endpoint])), unread: new Map(), offsetMs: 0 }
    },
    async apply(target, wish) {
      const cluster = open(target)
      return cluster instanceof FakeCluster ? write(cluster, wish, false) : cluster
    },
    async remove(target, key) {
      const cluster = open(target)
      if (!(cluster instanceof FakeCluster)) return cluster
      const before = cluster.held.get(key.endpointId)?.wish
      return write(cluster, { ...EMPTY, ...before, ...key, arms: [], keys: [], mirror: undefined }, true)
    },
    async probe(target) {
      const cluster = open(target)
      if (!(cluster instanceof FakeCluster)) return cluster
      return { ok: true, version: 'fake', detail: 'In memory.', noMirror: cluster.faults.noMirror }
    },
    async preview(target, wish) {
      const cluster = open(target)
      if (!(cluster instanceof FakeCluster)) return cluster
      const refused = cluster.faults.refusals.map((text): Change => ({ kind: 'refused', text }))
      return { ok: true, changes: [...changes(cluster.held.get(wish.endpointId)?.wish ?? null, wish), ...refused] }
    },
    async logs(target, endpointId, limit) {
      const cluster = open(target)
      if (!(cluster instanceof FakeCluster)) return cluster
      const lines: LogLine[] = [...(cluster.held.get(endpointId)?.startedAt ?? [])].map(([replica, at]) => ({
        at,
        replica,
        stream: 'event',
        text: 'started',
      }))
      return { ok: true, lines: lines.slice(-limit) }
    },
  }
}

const EMPTY = { environment: 'none', model: 'none', salt: '', labelRate: 0 }

async function write(cluster: FakeCluster, wish: Wish, removed: boolean): Promise<ApplyResult> {
  cluster.faults.crash?.('apply:before')
  await cluster.faults.delay?.()
  const held = cluster.held.get(wish.endpointId)
  if (held) {
    const { fence, generation } = held.wish
    const later = wish.fence > fence || (wish.fence === fence && wish.generation >= generation)
    if (!later) return { ok: false, kind: 'stale', fence, generation }
    const same = wish.fence === fence && wish.generation === generation
    if (same && (held.removed !== removed || wishHash(held.wish) !== wishHash(wish)))
      return { ok: false, kind: 'conflict', fence, generation }
  }
  cluster.keep(wish, removed)
  cluster.taken.push({ endpointId: wish.endpointId, fence: wish.fence, generation: wish.generation })
  cluster.faults.crash?.('apply:after')
  const observed = cluster.observed(wish.endpointId)
  if (!observed) throw new Error('A wish that was kept must be seen.')
  return { ok: true, kind: 'applied', observed }
}
