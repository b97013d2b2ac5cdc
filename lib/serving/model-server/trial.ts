import { readFile } from 'node:fs/promises'
import { type ForkedServer, forkModelServer } from './fork'
import type { FromServer, Load, Signature } from './protocol'

/** Bounds of a trial: time to load, time per request, resident memory. */
interface TrialLimits {
  startMs: number
  runMs: number
  memoryBytes: number
}

type Ready = Extract<FromServer, { kind: 'ready' }>
/** HTTP status, body, `runMs` (time in the model alone), the score of each row. */
type TrialAnswer = Omit<Extract<FromServer, { kind: 'answer' }>, 'kind' | 'id'>

const WATCH_MS = 100
const MAX_LINES = 200

/** A wait that is answered by a message, or ended by whatever ends the trial. */
interface Wait<T> {
  resolve(value: T): void
  reject(error: Error): void
}

/**
 * A model in a bounded server without network or secrets, over IPC: the check run of a new version.
 * Memory is watched from outside, because a model that runs does not answer.
 */
export class Trial {
  /** What the server printed, at most 200 lines. */
  readonly lines: string[] = []
  /** Largest resident memory seen, bytes; 0 where the system does not tell. */
  peakMemoryBytes = 0
  signature: Signature = { inputs: [], outputs: [] }
  loadMs = 0

  readonly #server: ForkedServer
  readonly #gone: Promise<void>
  readonly #waiting = new Map<number, Wait<TrialAnswer>>()
  #starting: Wait<Ready> | undefined
  #over: string | null = null
  #next = 0

  private constructor(
    load: Load,
    private readonly limits: TrialLimits,
  ) {
    let end: () => void = () => undefined
    this.#gone = new Promise((resolve) => {
      end = resolve
    })
    const watch = setInterval(() => void this.#watch(), WATCH_MS)
    this.#server = forkModelServer(load, {
      message: (message) => this.#receive(message),
      line: (_stream, text) => {
        if (this.lines.length < MAX_LINES) this.lines.push(text)
      },
      exit: (code, signal, error) => {
        clearInterval(watch)
        this.#finish(error?.message ?? `The model server ended with ${signal ?? `code ${code}`}.`)
        end()
      },
    })
  }

  /** Starts a server and loads the model. Rejects with a plain sentence when it cannot be loaded within the limits. */
  static async open(load: Omit<Load, 'kind' | 'listen'>, limits: TrialLimits): Promise<Trial> {
    const trial = new Trial({ ...load, kind: 'load', listen: false }, limits)
    const started = new Promise<Ready>((resolve, reject) => {
      trial.#starting = { resolve, reject }
    })
    const ready = await within(started, limits.startMs, () => trial.#stop(`The model was not loaded within ${limits.startMs / 1_000} s.`))
    trial.signature = ready.signature
    trial.loadMs = ready.loadMs
    return trial
  }

  /** `body` as posted to .../infer. Rejects with a plain sentence when the server ended or a limit was passed; the trial is over then. */
  infer(body: unknown): Promise<TrialAnswer> {
    if (this.#over !== null) return Promise.reject(new Error(this.#over))
    const id = this.#next
    this.#next += 1
    const answer = new Promise<TrialAnswer>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#server.send({ kind: 'infer', id, body })
    return within(answer, this.limits.runMs, () => this.#stop(`The model did not answer within ${this.limits.runMs / 1_000} s.`))
  }

  async close(): Promise<void> {
    this.#stop('The trial is over.')
    await this.#gone
  }

  #receive(message: FromServer): void {
    if (message.kind === 'ready') this.#starting?.resolve(message)
    if (message.kind === 'failed') this.#finish(message.reason)
    if (message.kind === 'usage') this.peakMemoryBytes = Math.max(this.peakMemoryBytes, message.memoryBytes)
    if (message.kind !== 'answer') return
    this.#waiting.get(message.id)?.resolve(message)
    this.#waiting.delete(message.id)
  }

  #finish(reason: string): void {
    this.#over ??= reason
    const error = new Error(this.#over)
    for (const wait of [this.#starting, ...this.#waiting.values()]) wait?.reject(error)
    this.#waiting.clear()
  }

  #stop(reason: string): void {
    this.#finish(reason)
    this.#server.process.kill('SIGKILL')
  }

  async #watch(): Promise<void> {
    const bytes = await residentBytes(this.#server.process.pid)
    this.peakMemoryBytes = Math.max(this.peakMemoryBytes, bytes)
    const allowed = this.limits.memoryBytes
    if (bytes > allowed) this.#stop(`The model took ${mb(bytes)} of memory; ${mb(allowed)} are allowed.`)
  }
}

async function within<T>(work: Promise<T>, ms: number, late: () => void): Promise<T> {
  const timer = setTimeout(late, ms)
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}

/** Resident memory of a process as Linux tells it; 0 elsewhere (the server's own reports remain) and for one that has ended. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
