import type { Observe, Replica as ReplicaState, WishArm } from '@/lib/endpoints/wish'
import { Admission } from './admission'
import type { ArtifactCache } from './artifact-cache'
import type { EndpointLog } from './endpoint-log'
import type { BinRow, Signature } from './model-server/protocol'
import { PER_REPLICA, Replica } from './replica'

/** Requests that may wait for a version when all its places are taken; the next is shed. */
const QUEUE = 128
const MAX_ROWS = 4_096
const DRAIN_MS = 30_000

export interface VersionDeps {
  artifacts: Pick<ArtifactCache, 'get'>
  log: Pick<EndpointLog, 'write'>
  now(): number
  changed(): void
  bins(versionId: string, baselineId: string, rows: BinRow[]): void
}

/** The replicas of one version of an endpoint. */
export class VersionServers {
  /** Where its servers take requests. */
  readonly path: string
  readonly admission = new Admission(() => PER_REPLICA * Math.max(1, this.ready), QUEUE)
  readonly #replicas: Replica[] = []
  readonly #leaving = new Set<Replica>()
  #next = 0
  #made = 0
  #observe: Observe | null = null

  constructor(
    readonly model: string,
    readonly arm: WishArm,
    private readonly deps: VersionDeps,
  ) {
    this.path = `/v2/models/${encodeURIComponent(model)}/infer`
  }

  get ready(): number {
    let count = 0
    for (const replica of this.#replicas) if (replica.ready) count += 1
    return count
  }

  /** Whether one of them may yet come up by itself. */
  get starting(): boolean {
    return this.#replicas.some(({ state }) => state === 'starting')
  }

  get wanted(): number {
    return this.#replicas.length
  }

  get signature(): Signature | null {
    return this.#replicas.find((replica) => replica.signature)?.signature ?? null
  }

  get pids(): number[] {
    return [...this.#replicas, ...this.#leaving].flatMap((replica) => replica.pid ?? [])
  }

  observed(): ReplicaState[] {
    return [...this.#replicas, ...this.#leaving].map((replica) => replica.observed())
  }

  /** Starts or ends replicas until there are `count`. */
  scale(count: number): void {
    while (this.#replicas.length < count) {
      const id = `v${this.arm.number}-${this.#made}`
      this.#made += 1
      this.#replicas.push(
        new Replica(id, {
          prepare: () => this.#load(),
          observe: () => this.#observe,
          log: this.deps.log,
          now: this.deps.now,
          changed: () => {
            this.admission.wake()
            this.deps.changed()
          },
          bins: (rows) => this.arm.baseline && this.deps.bins(this.arm.versionId, this.arm.baseline.id, rows),
        }),
      )
    }
    for (const replica of this.#replicas.splice(count)) void this.#end(replica)
  }

  /** What each answer is to tell of its request, from now on. */
  observe(observe: Observe | null): void {
    if (observe?.key === this.#observe?.key) return
    this.#observe = observe
    for (const replica of this.#replicas) replica.observe()
  }

  /** The ready replica with the fewest requests, not the excluded one; null when there is none. */
  pick(excluded: Replica | null): Replica | null {
    let best: Replica | null = null
    const count = this.#replicas.length
    this.#next = (this.#next + 1) % Math.max(1, count)
    for (let i = 0; i < count; i += 1) {
      const replica = this.#replicas[(this.#next + i) % count]
      if (replica.ready && replica !== excluded && (best === null || replica.inFlight < best.inFlight)) best = replica
    }
    return best
  }

  /** Ends all replicas once nothing runs or waits here (30 s at most). No request is routed here any more. */
  async retire(): Promise<void> {
    const limit = performance.now() + DRAIN_MS
    while (this.admission.pending > 0 && performance.now() < limit) await pause()
    await Promise.all(this.#replicas.splice(0).map((replica) => this.#end(replica)))
  }

  async #end(replica: Replica): Promise<void> {
    this.#leaving.add(replica)
    const limit = performance.now() + DRAIN_MS
    while (replica.inFlight > 0 && performance.now() < limit) await pause()
    await replica.stop()
    this.#leaving.delete(replica)
  }

  async #load() {
    const { number: version, digest, threshold, baseline } = this.arm
    const artifact = await this.deps.artifacts.get(digest)
    return { kind: 'load' as const, model: this.model, version, artifact, threshold, baseline, listen: true, maxRows: MAX_ROWS }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20))
}
