import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { log } from '@/lib/log'
import { type FlushTarget, type Posted, postFlush } from './post-flush'
import { readSpool, SPOOL_MAX, type Spool } from './spool'
import type { Telemetry } from './telemetry'

const FLUSH_MS = 2_000
/** After a change of generation the next flush comes so soon. */
const CHANGED_MS = 500
const BACK_OFF_MAX_MS = 8_000
/** A flush that takes longer is kept on disk beside. */
const PATIENCE_MS = 500
/** Flushes sent one after another when much has waited. */
const MAX_IN_A_ROW = 20

/** What the probe shows of a source. */
interface FlushState {
  state: 'not sent yet' | 'sending' | 'clock off' | 'refused' | 'web down'
  reason: string | null
  /** Corrected time up to which all is reported; null before the first answer. */
  reportedTo: number | null
  spoolBytes: number
  droppedRows: number
  refusedRequests: number
}

/** Sends what was counted every 2 s, and at once when asked; waits on disk while the web is down. One flush at a time. */
export class Flusher {
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #again = false
  #failures = 0
  #stopped = false
  #state: FlushState['state'] = 'not sent yet'
  #reason: string | null = null
  #reportedTo: number | null = null
  #refused = 0
  #retryAt = 0

  constructor(
    private readonly telemetry: Telemetry,
    private readonly spool: Spool,
    private readonly target: FlushTarget,
    private readonly everyMs = FLUSH_MS,
  ) {}

  get state(): FlushState {
    const droppedRows = this.telemetry.predictions.dropped + this.telemetry.samples.dropped
    const { bytes: spoolBytes } = this.spool
    return {
      state: this.#state,
      reason: this.#reason,
      reportedTo: this.#reportedTo,
      spoolBytes,
      droppedRows,
      refusedRequests: this.#refused,
    }
  }

  /** The first flush, of nothing: it learns the time before anything is counted. Then sends what earlier boots left, and goes on. */
  async start(): Promise<void> {
    await this.#send(false)
    this.#schedule()
  }

  /** Now, and once more a moment later: the generation has changed, and what the new one counts should be known soon. */
  soon(): void {
    if (this.#stopped) return
    clearTimeout(this.#timer)
    void this.flush().finally(() => this.#schedule(Math.min(this.everyMs, CHANGED_MS)))
  }

  /** Sends all that waits. A call during a flush makes another one follow. */
  flush(final = false): Promise<void> {
    if (this.#running) {
      this.#again = true
      return final ? this.#running.then(() => this.flush(true)) : this.#running
    }
    this.#running = this.#round(final).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  /** The last flush, within `ms`: this source ends. What cannot be sent stays on disk for the next boot. */
  async stop(ms: number): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    })
    await Promise.race([this.flush(true), late])
    clearTimeout(timer)
    await this.#keep()
  }

  async #round(final: boolean): Promise<void> {
    try {
      do {
        this.#again = false
        await this.#send(final)
      } while (this.#again && this.#failures === 0 && !final)
    } catch (error) {
      log.error({ err: error }, 'flush failed')
    }
  }

  async #send(final: boolean): Promise<void> {
    for (let i = 0; i < MAX_IN_A_ROW; i += 1) {
      const batch = this.telemetry.take(final)
      const posted = await this.#keptMeanwhile(postFlush(this.target, batch.flush, this.telemetry.clock))
      if (posted.kind === 'accepted') {
        batch.arrived()
        this.#reportedTo = batch.flush.watermark
      } else batch.lost()
      if (posted.jumpMs !== 0) this.telemetry.shift(posted.jumpMs)
      await this.#after(posted)
      if (posted.kind === 'refused') await this.#isolate()
      if (posted.kind !== 'accepted' || !batch.more) return
    }
  }

  /** A web that is slow to answer may take a kill along: what is on its way goes to disk too, until it has arrived. */
  async #keptMeanwhile<T>(sending: Promise<T>): Promise<T> {
    const sent = sending.then(() => true)
    while (!(await Promise.race([sent, pause(PATIENCE_MS, false, { ref: false })]))) await this.#keep()
    return sending
  }

  async #after(posted: Posted): Promise<void> {
    const before = this.#state
    this.#failures = posted.kind === 'accepted' ? 0 : this.#failures + 1
    const wait = Math.min(BACK_OFF_MAX_MS, this.everyMs * 2 ** Math.min(4, this.#failures - 1))
    this.#retryAt = this.#failures === 0 ? 0 : performance.now() + wait - 1
    this.#state = ({ accepted: 'sending', clock: 'clock off', refused: 'refused', down: 'web down' } as const)[posted.kind]
    this.#reason = posted.kind === 'accepted' ? null : posted.reason
    if (before !== this.#state) log.info({ state: this.#state, reason: this.#reason }, 'telemetry')
    if (posted.kind === 'accepted') {
      await this.spool.clear()
      this.telemetry.forgetSpooled()
      await this.#sendLeft()
    } else await this.#keep()
  }

  /** Writes what is new to disk; from the beginning when that would grow too large or folded windows stand there twice. */
  async #keep(): Promise<void> {
    if (this.telemetry.windows.takeFolded() || this.spool.bytes > SPOOL_MAX) {
      await this.spool.clear()
      this.telemetry.forgetSpooled()
    }
    for (let flush = this.telemetry.takeUnspooled(); flush !== null; flush = this.telemetry.takeUnspooled()) await this.spool.append(flush)
  }

  /** A flush that is refused for one endpoint's rows must not hold back the others': each endpoint alone, and what is refused alone is let go. */
  async #isolate(): Promise<void> {
    for (const endpointId of this.telemetry.waiting()) {
      const batch = this.telemetry.take(false, endpointId)
      const posted = await postFlush(this.target, batch.flush, this.telemetry.clock)
      if (posted.kind === 'accepted') batch.arrived()
      else batch.lost()
      if (posted.kind !== 'refused') continue
      this.#refused += this.telemetry.drop(endpointId)
      log.warn({ endpointId, reason: posted.reason }, 'telemetry of an endpoint refused and let go')
    }
  }

  /** What earlier boots could not send. A line that is refused is let go; a web that is down ends the attempt. */
  async #sendLeft(): Promise<void> {
    for (const file of await this.spool.left()) {
      for await (const flush of readSpool(file)) {
        const posted = await postFlush(this.target, flush, this.telemetry.clock)
        if (posted.kind === 'down') return
        if (posted.kind !== 'accepted') log.warn({ file, reason: posted.reason }, 'spooled flush refused and let go')
      }
      await rm(file, { force: true })
    }
  }

  #schedule(inMs = this.everyMs): void {
    clearTimeout(this.#timer)
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#tick().finally(() => this.#schedule()), inMs)
  }

  /** While the web is down it is asked less and less often, but what is counted still goes to disk every time. */
  #tick(): Promise<void> {
    return performance.now() < this.#retryAt ? this.#keep().catch((error) => log.error({ err: error }, 'spool failed')) : this.flush()
  }
}
