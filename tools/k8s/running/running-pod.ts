import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ApiRefusal } from '../api'
import type { Pod } from '../fate'
import { bind, tell } from '../pod-acts'
import type { Keeper, Tended } from '../tended-pod'
import type { Line } from './container-process'
import { ContainerRun } from './container-run'
import { Place, type Spot } from './place'
import { writeVolumes } from './volumes'

const RETRY_MS = 300
/** Kubernetes itself takes up to about a minute. */
const REFRESH_MS = 3_000
const GRACE_S = 30

/** A pod whose containers run, as processes of this machine: what its template says is done, and what is reported is what was seen. */
export class RunningPod implements Tended {
  pod: Pod
  #place: Place | null = null
  #inits: ContainerRun[] = []
  #mains: ContainerRun[] = []
  #initialized = false
  /** The containers are to end. */
  readonly #ending = new AbortController()
  /** Nothing is to be told any more. */
  readonly #over = new AbortController()
  #life: Promise<void> | null = null
  #death: Promise<void> | null = null
  #reporting: Promise<void> = Promise.resolve()
  #reported = ''

  constructor(
    private readonly keeper: Keeper,
    pod: Pod,
  ) {
    this.pod = pod
  }

  saw(pod: Pod): void {
    this.pod = pod
    if (!pod.metadata.deletionTimestamp) this.#life ??= this.#live().catch((error) => this.#failed(error))
    else this.#death ??= this.#die().catch((error) => this.#failed(error))
  }

  async forget(): Promise<void> {
    this.#over.abort()
    this.#ending.abort()
    this.kill()
    await this.#life
    await this.#place?.leave()
  }

  kill(): void {
    for (const { process } of this.#all) process?.signal('SIGKILL')
  }

  /** Its address, once it stands somewhere. */
  get address(): string | undefined {
    return this.#place?.address
  }

  /** Where one of its ports answers. */
  spotOf(port: number): Spot | undefined {
    return this.#place?.spotOf(port)
  }

  /** What the present run of a container has written. */
  linesOf(container: string): readonly Line[] | null {
    return this.#all.find((each) => each.container.name === container)?.process?.lines ?? null
  }

  get #all(): ContainerRun[] {
    return [...this.#inits, ...this.#mains]
  }

  async #live(): Promise<void> {
    await this.#retried(() => bind(this.keeper, this.pod))
    const place = new Place(this.pod, await mkdtemp(path.join(os.tmpdir(), 'slipway-pod-')))
    this.#place = place
    await place.take()
    const listener = {
      changed: () => this.#report(),
      event: (type: 'Normal' | 'Warning', reason: string, message: string) => void this.#tell(type, reason, message),
    }
    const runs = (of: Pod['spec']['containers'] = []) => of.map((each) => new ContainerRun(each, place, listener))
    this.#inits = runs(this.pod.spec.initContainers)
    this.#mains = runs(this.pod.spec.containers)
    this.#report()
    await this.#mount(place)
    const { signal } = this.#ending
    for (const init of this.#inits) if (!signal.aborted) await init.keep(true, signal)
    if (signal.aborted) return
    this.#initialized = true
    await Promise.all([...this.#mains.map((main) => main.keep(false, signal)), this.#refresh(place)])
  }

  /** Waits until everything that is mounted is there, and says what is not. */
  async #mount(place: Place): Promise<void> {
    for (let told = ''; !this.#ending.signal.aborted; await this.#pause(RETRY_MS)) {
      const missing = await writeVolumes(this.keeper.api, this.pod, place).then(
        () => null,
        (error: Error) => error.message,
      )
      if (missing === null) return
      if (missing !== told) await this.#tell('Warning', 'FailedMount', missing)
      told = missing
    }
  }

  async #refresh(place: Place): Promise<void> {
    for (;;) {
      await this.#pause(REFRESH_MS)
      if (this.#ending.signal.aborted) return
      // What is gone meanwhile stays as it was mounted.
      await writeVolumes(this.keeper.api, this.pod, place).catch(() => undefined)
    }
  }

  /** Goes on answering for as long as its hook says, ends in the time that is left, and lets the pod go. */
  async #die(): Promise<void> {
    const grace = (this.pod.metadata.deletionGracePeriodSeconds ?? GRACE_S) * 1_000
    const rest = Math.max(0, ...this.#mains.map(({ container }) => container.lifecycle?.preStop?.sleep?.seconds ?? 0)) * 1_000
    if (this.#mains.some(({ process }) => process)) {
      await pause(Math.min(rest, grace), undefined, { signal: this.#over.signal }).catch(() => undefined)
      await this.#tell('Normal', 'Killing', 'Stopping container')
    }
    this.#ending.abort()
    for (const { process } of this.#all) process?.signal('SIGTERM')
    const timer = setTimeout(() => this.kill(), Math.max(0, grace - rest))
    await this.#life
    clearTimeout(timer)
    await this.#reporting
    const { name, namespace } = this.pod.metadata
    await this.#retried(() => this.keeper.api.send('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`))
  }

  /** Tells the API server how it stands, in order, and not what it knows already. */
  #report(): void {
    this.#reporting = this.#reporting
      .then(async () => {
        const status = this.#status()
        const text = JSON.stringify(status)
        if (this.#over.signal.aborted || text === this.#reported) return
        const { name, namespace } = this.pod.metadata
        const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`
        await this.#retried(() => this.keeper.api.send('PATCH', path, { status }, 'application/strategic-merge-patch+json'))
        this.#reported = text
      })
      .catch((error) => this.#failed(error))
  }

  #status() {
    const ready = this.#initialized && this.#mains.every((main) => main.ready)
    const condition = (type: string, holds: boolean) => ({ type, status: holds ? 'True' : 'False' })
    return {
      phase: this.#initialized ? 'Running' : 'Pending',
      hostIP: '127.0.0.1',
      podIP: this.address,
      podIPs: [{ ip: this.address }],
      conditions: [
        condition('PodScheduled', true),
        condition('Initialized', this.#initialized),
        condition('ContainersReady', ready),
        condition('Ready', ready),
      ],
      initContainerStatuses: this.#inits.map((each) => each.status()),
      containerStatuses: this.#mains.map((each) => each.status()),
    }
  }

  async #tell(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
    if (!this.#over.signal.aborted) await tell(this.keeper, this.pod, { type, reason, message }).catch((error) => this.#failed(error))
  }

  /** What the API server cannot answer now is asked again; what it refuses is told. */
  async #retried(act: () => Promise<unknown>): Promise<void> {
    for (; !this.#over.signal.aborted; await this.#pause(RETRY_MS)) {
      try {
        await act()
        return
      } catch (error) {
        if (error instanceof ApiRefusal && error.status < 500 && error.status !== 429) throw error
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: AbortSignal.any([this.#over.signal, this.#ending.signal]) }).catch(() => undefined)
  }

  #failed(error: Error): void {
    if (this.keeper.ended() || !(error instanceof ApiRefusal)) return
    const gone = error.status === 404 || error.status === 409 || error.message.includes('is being terminated')
    if (!gone) this.keeper.fault(error)
  }
}
