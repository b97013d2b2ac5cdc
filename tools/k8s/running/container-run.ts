import { setTimeout as pause } from 'node:timers/promises'
import type { Container } from '../fate'
import { ContainerProcess, type Exit } from './container-process'
import type { Place } from './place'
import { probe } from './probe'

const FIRST_BACK_OFF_MS = 1_000
const BACK_OFF_MAX_MS = 30_000

type State = { waiting: { reason: string; message?: string } } | { running: { startedAt: string } } | { terminated: object }

/** What a container's pod hears of it. */
export interface Listener {
  changed(): void
  event(type: 'Normal' | 'Warning', reason: string, message: string): void
}

/** A container as its kubelet keeps it: started, probed, and started again after a pause that grows. */
export class ContainerRun {
  ready = false
  #started = false
  #restarts = 0
  #state: State = { waiting: { reason: 'PodInitializing' } }
  #last: Exit | null = null
  process: ContainerProcess | null = null

  constructor(
    readonly container: Container,
    private readonly place: Place,
    private readonly listener: Listener,
  ) {}

  /** Runs it, again and again; `once`: until it has ended well. */
  async keep(once: boolean, ending: AbortSignal): Promise<void> {
    if (!ContainerProcess.has(this.container))
      return this.#move({ waiting: { reason: 'ErrImagePull', message: 'the tests run Node only' } })
    for (let backOffMs = FIRST_BACK_OFF_MS; !ending.aborted; backOffMs = Math.min(backOffMs * 2, BACK_OFF_MAX_MS)) {
      const exit = await this.#run(ending)
      this.#last = exit
      this.ready = false
      this.#started = false
      if (ending.aborted || (once && exit.code === 0)) {
        this.ready = once
        return this.#move({ terminated: terminated(exit) })
      }
      const message = `back-off ${backOffMs / 1_000}s restarting failed container=${this.container.name}`
      this.#move({ waiting: { reason: 'CrashLoopBackOff', message } })
      this.listener.event('Warning', 'BackOff', `Back-off restarting failed container ${this.container.name}`)
      await pause(backOffMs, undefined, { signal: ending }).catch(() => undefined)
      this.#restarts += 1
    }
  }

  /** As its pod's status tells of it. */
  status(): Record<string, unknown> {
    const { name, image } = this.container
    // From its first end on, as long as it waits to be started again.
    const ended = this.#restarts > 0 || 'waiting' in this.#state
    const lastState = this.#last && ended ? { lastState: { terminated: terminated(this.#last) } } : {}
    const own = { name, image, imageID: image, ready: this.ready, started: this.#started, restartCount: this.#restarts }
    return { ...own, state: this.#state, ...lastState }
  }

  async #run(ending: AbortSignal): Promise<Exit> {
    const process = new ContainerProcess(this.container, this.place)
    this.process = process
    this.#move({ running: { startedAt: process.startedAt } })
    this.listener.event('Normal', 'Started', `Started container ${this.container.name}`)
    const over = new AbortController()
    const probing = this.#probe(process, AbortSignal.any([over.signal, ending]))
    const exit = await process.exited
    over.abort()
    await probing
    return exit
  }

  async #probe(process: ContainerProcess, signal: AbortSignal): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = this.container
    const killed = (what: string) => {
      this.listener.event('Warning', 'Unhealthy', `${what} probe failed`)
      process.signal('SIGTERM')
      return 'enough' as const
    }
    if (startupProbe && !(await probe(startupProbe, this.place, (well) => (well ? 'enough' : killed('Startup')), signal))) return
    this.#started = true
    if (!readinessProbe) this.#turn(true)
    await Promise.all([
      readinessProbe && probe(readinessProbe, this.place, (well) => this.#turn(well), signal),
      livenessProbe && probe(livenessProbe, this.place, (well) => (well ? undefined : killed('Liveness')), signal),
    ])
  }

  #turn(ready: boolean): undefined {
    if (this.ready === ready) return
    this.ready = ready
    if (!ready) this.listener.event('Warning', 'Unhealthy', 'Readiness probe failed')
    this.listener.changed()
  }

  #move(state: State): void {
    this.#state = state
    this.listener.changed()
  }
}

function terminated({ code, startedAt, finishedAt, said }: Exit) {
  const failed = code !== 0
  return { exitCode: code, reason: failed ? 'Error' : 'Completed', startedAt, finishedAt, ...(failed ? { message: said } : {}) }
}
