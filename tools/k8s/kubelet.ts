import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Access, Api } from './api'
import type { Fate, Pod } from './fate'
import { follow } from './follow'
import { beat, HEARTBEAT_MS, removeNode } from './node'
import { type Keeper, type Tended, TendedPod } from './tended-pod'

/** What a kubelet does with the pods it sees. */
export interface Knobs {
  /** Only the pods of this namespace; those of all namespaces without it. */
  namespace?: string
  /** What becomes of a pod; without it, or where it says undefined, the pod is ready at once. */
  fate?(pod: Pod): Fate | undefined
  /** Takes a pod that is to be more than told of; null or without it: what becomes of a pod is its fate. */
  tend?(keeper: Keeper, pod: Pod): Tended | null
  /** Where this node serves the logs of its pods; without it the API server has none to give. */
  logsPort?: number
}

export interface Kubelet {
  node: string
  /** From now on pods with all of these labels have this fate, those that run too. What was said last counts. */
  decree(labels: Record<string, string>, fate: Fate): void
  /** Stops and takes its node away. Throws when the API server refused something that a kubelet may do. */
  stop(): Promise<void>
}

const RETRY_MS = 200
const START_TRIES = 100

function hasLabels(pod: Pod, labels: Record<string, string>): boolean {
  return Object.entries(labels).every(([key, value]) => pod.metadata.labels?.[key] === value)
}

/** Plays scheduler, node and kubelet for the pods that nobody else has taken. */
class ScriptedKubelet implements Kubelet {
  readonly node = `node-${randomBytes(4).toString('hex')}`
  readonly #api: Api
  readonly #knobs: Knobs
  readonly #keeper: Keeper
  readonly #ending = new AbortController()
  readonly #pods = new Map<string, Tended>()
  readonly #decrees: { labels: Record<string, string>; fate: Fate }[] = []
  readonly #faults: Error[] = []
  #loops: Promise<unknown> = Promise.resolve()
  /** Of pods that are gone: until nothing of them is left on this machine. */
  #partings: Promise<unknown> = Promise.resolve()

  constructor(api: Api, knobs: Knobs) {
    this.#api = api
    this.#knobs = knobs
    this.#keeper = {
      api,
      node: this.node,
      ended: () => this.#ended,
      fault: (error) => this.#faults.push(error),
    }
  }

  async start(): Promise<this> {
    // The namespace of the leases comes a moment after the API server is ready.
    for (let left = START_TRIES; !(await this.#beats(left === 0)); left--) await this.#pause(RETRY_MS)
    this.#loops = Promise.all([this.#goOnBeating(), this.#look()])
    return this
  }

  decree(labels: Record<string, string>, fate: Fate): void {
    this.#decrees.unshift({ labels, fate })
    for (const tended of this.#pods.values()) if (hasLabels(tended.pod, labels)) tended.turn?.(fate)
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    await Promise.all([this.#loops, this.#partings, ...[...this.#pods.values()].map((tended) => tended.forget())])
    // The API server may have ended before.
    await removeNode(this.#api, this.node).catch(() => undefined)
    await this.#api.close()
    if (this.#faults[0]) throw this.#faults[0]
  }

  get #ended(): boolean {
    return this.#ending.signal.aborted
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#ending.signal }).catch(() => undefined)
  }

  async #beats(last: boolean): Promise<boolean> {
    try {
      await beat(this.#api, this.node, this.#knobs.logsPort)
      return true
    } catch (error) {
      if (last) throw error
      return false
    }
  }

  async #goOnBeating(): Promise<void> {
    for (let well = true; !this.#ended; well = await this.#beats(false)) await this.#pause(well ? HEARTBEAT_MS : RETRY_MS)
  }

  #look(): Promise<void> {
    const { namespace } = this.#knobs
    const path = namespace ? `/api/v1/namespaces/${namespace}/pods` : '/api/v1/pods'
    return follow<Pod>(this.#api, path, { saw: (pod) => this.#saw(pod), lost: (pod) => this.#lost(pod) }, this.#ending.signal)
  }

  #saw(pod: Pod): void {
    if (pod.spec.nodeName && pod.spec.nodeName !== this.node) return
    const { uid } = pod.metadata
    const tended = this.#pods.get(uid) ?? this.#take(pod)
    this.#pods.set(uid, tended)
    tended.saw(pod)
  }

  #lost(pod: Pod): void {
    const tended = this.#pods.get(pod.metadata.uid)
    if (!tended) return
    this.#partings = Promise.all([this.#partings, tended.forget()])
    this.#pods.delete(pod.metadata.uid)
  }

  #take(pod: Pod): Tended {
    return this.#knobs.tend?.(this.#keeper, pod) ?? new TendedPod(this.#keeper, pod, this.#fateOf(pod))
  }

  #fateOf(pod: Pod): Fate {
    const decree = this.#decrees.find(({ labels }) => hasLabels(pod, labels))
    return decree?.fate ?? this.#knobs.fate?.(pod) ?? { is: 'ready' }
  }
}

/** Starts a kubelet that does what it is told; see Knobs and `decree`. */
export function startKubelet(server: Access, knobs: Knobs = {}): Promise<Kubelet> {
  return new ScriptedKubelet(new Api(server), knobs).start()
}
