import type { Observe, Replica as ReplicaState } from '@/lib/endpoints/wish'
import type { EndpointLog } from './endpoint-log'
import { type ForkedServer, forkModelServer } from './model-server/fork'
import type { BinRow, FromServer, Load, Signature } from './model-server/protocol'
import { Upstream } from './upstream'

const BACK_OFF = { firstMs: 500, mostMs: 30_000, healthyAfterMs: 60_000 }
const START_MS = 60_000
/** A server that has said nothing for so long hangs: it speaks every 2 s, and no request may take longer than 10 s. */
const SILENT_MS = 20_000
const DRAIN_KILL_MS = 5_000
/** Requests one replica handles at once; the model itself runs one after another. */
export const PER_REPLICA = 32

interface ReplicaDeps {
  /** The load message, once the artifact is there. */
  prepare(): Promise<Load>
  /** What the servers are to tell of each request; null: nothing. */
  observe(): Observe | null
  log: Pick<EndpointLog, 'write'>
  /** The corrected clock, ms since epoch. */
  now(): number
  /** Readiness has changed. */
  changed(): void
  bins(rows: BinRow[]): void
}

/** One model server process: started again with growing pauses when it ends, unlisted as soon as it fails a request. */
export class Replica {
  state: ReplicaState['state'] = 'starting'
  inFlight = 0
  signature: Signature | null = null
  upstream: Upstream | null = null
  #server: ForkedServer | null = null
  #restarts = 0
  #failures = 0
  #usage: { cpu: number; memoryBytes: number } | null = null
  #lastExit: ReplicaState['lastExit'] = null
  #reason: string | null = null
  #readySince = 0
  #timer: NodeJS.Timeout | undefined
  #silence: NodeJS.Timeout | undefined
  #wanted = true
  #gone: () => void = () => undefined

  constructor(
    readonly id: string,
    private readonly deps: ReplicaDeps,
  ) {
    void this.#start()
  }

  get ready(): boolean {
    return this.state === 'ready'
  }

  get pid(): number | undefined {
    return this.#server?.process.pid
  }

  observed(): ReplicaState {
    const usage = this.#server && this.#usage
    return {
      id: this.id,
      state: this.state,
      restarts: this.#restarts,
      cpu: usage?.cpu ?? null,
      memoryBytes: usage?.memoryBytes ?? null,
      lastExit: this.#lastExit,
      reason: this.#reason,
    }
  }

  /** A request got no answer: no more requests here until the server has shown that it lives. It is ended if it does not. */
  async suspect(): Promise<void> {
    if (this.state !== 'ready') return
    this.#become('crashed', 'A request got no answer.')
    const { upstream } = this
    const healthy = await upstream?.healthy(1_000)
    if (this.upstream !== upstream) return
    if (!healthy) this.#server?.process.kill('SIGKILL')
    else if (this.#server) this.#become('ready', null)
  }

  /** Tells the server what it is to tell of each request; one that starts is told then. */
  observe(): void {
    this.#server?.send({ kind: 'observe', observe: this.deps.observe() })
  }

  /** Ends the server after its last request; resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#wanted = false
    clearTimeout(this.#timer)
    const server = this.#server
    this.#become(server ? 'draining' : 'stopped', null)
    if (!server) return
    const gone = new Promise<void>((resolve) => {
      this.#gone = resolve
    })
    server.send({ kind: 'drain' })
    const kill = setTimeout(() => server.process.kill('SIGKILL'), DRAIN_KILL_MS)
    await gone
    clearTimeout(kill)
  }

  async #start(): Promise<void> {
    this.#become('starting', null)
    let load: Load
    try {
      load = await this.deps.prepare()
    } catch (error) {
      this.#retry(error instanceof Error ? error.message : String(error))
      return
    }
    if (!this.#wanted) return
    this.#server = forkModelServer(load, {
      message: (message) => this.#receive(message),
      line: (stream, text) => this.deps.log.write(this.id, stream, text),
      exit: (code, signal, error) => this.#ended(code, signal, error),
    })
    if (this.deps.observe()) this.observe()
    this.deps.log.write(this.id, 'event', `Started as process ${this.pid}.`)
    this.#expectWithin(START_MS, 'was not ready')
  }

  #receive(message: FromServer): void {
    if (message.kind === 'bins') this.deps.bins(message.rows)
    if (message.kind === 'failed') this.#reason = message.reason
    if (message.kind === 'usage') {
      this.#usage = message
      this.#expectWithin(SILENT_MS, 'gave no sign of life')
    }
    if (message.kind !== 'ready' || !this.#wanted) return
    this.signature = message.signature
    if (message.port !== null) this.upstream = new Upstream(message.port)
    this.#readySince = performance.now()
    this.#expectWithin(SILENT_MS, 'gave no sign of life')
    this.deps.log.write(this.id, 'event', `Ready after ${Math.round(message.loadMs)} ms of loading.`)
    this.#become('ready', null)
  }

  #expectWithin(ms: number, what: string): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      this.#reason = `The server ${what} for ${ms / 1_000} s and was ended.`
      this.#server?.process.kill('SIGKILL')
    }, ms)
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, error?: Error): void {
    clearTimeout(this.#silence)
    this.upstream?.destroy()
    this.upstream = null
    this.#server = null
    this.#usage = null
    this.#lastExit = { code, signal, at: this.deps.now() }
    const how = error?.message ?? (signal ? `Ended by ${signal}.` : `Ended with code ${code}.`)
    this.deps.log.write(this.id, 'event', this.#reason ? `${how} ${this.#reason}` : how)
    if (!this.#wanted) {
      this.#become('stopped', null)
      this.#gone()
      return
    }
    if (this.#readySince > 0 && performance.now() - this.#readySince > BACK_OFF.healthyAfterMs) this.#failures = 0
    this.#readySince = 0
    this.#retry(this.#reason ?? how)
  }

  #retry(reason: string): void {
    if (!this.#wanted) return
    const pause = Math.min(BACK_OFF.mostMs, BACK_OFF.firstMs * 2 ** this.#failures)
    this.#failures += 1
    this.#become('backing-off', `${reason} Starting again in ${pause / 1_000} s.`)
    this.#timer = setTimeout(() => {
      this.#restarts += 1
      void this.#start()
    }, pause)
  }

  #become(state: ReplicaState['state'], reason: string | null): void {
    this.state = state
    this.#reason = reason
    this.deps.changed()
  }
}
