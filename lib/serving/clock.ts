/** What an answer tells of the time: the server's clock, read somewhere between sending and receiving (our clock, ms). */
interface TimeAnswer {
  sentAt: number
  receivedAt: number
  serverNow: number
}

/**
 * The cluster's clock: the machine's monotonic clock plus the offset to Postgres time learnt from ingest answers; the system's time before the first one.
 * It never goes backwards, except once: by the first answer, before which nothing was accepted anywhere. A step back later is a pause.
 */
export class CorrectedClock {
  #offset: number | null = null
  #last = Number.NEGATIVE_INFINITY

  /** `raw`: ms since epoch, monotonic; injected by tests. */
  constructor(readonly raw: () => number = () => performance.timeOrigin + performance.now()) {}

  /** Ms since epoch, a whole number. */
  now(): number {
    this.#last = Math.max(this.#last, Math.floor(this.raw() + (this.#offset ?? 0)))
    return this.#last
  }

  /** Postgres time minus the machine's, ms; null before the first answer. */
  get offsetMs(): number | null {
    return this.#offset
  }

  /**
   * The true offset lies in [serverNow - receivedAt, serverNow - sentAt]: the smallest change that puts ours there is made, so that a slow answer moves nothing.
   * Returns the jump of the first answer in ms (0 for later ones): what was counted before must be moved by it.
   */
  learn({ sentAt, receivedAt, serverNow }: TimeAnswer): number {
    const low = serverNow - receivedAt
    const high = serverNow - sentAt
    if (this.#offset === null) {
      this.#offset = (low + high) / 2
      this.#last = Number.NEGATIVE_INFINITY
      return this.#offset
    }
    this.#offset = Math.min(high, Math.max(low, this.#offset))
    return 0
  }
}
