interface Waiter {
  admit(): void
}

/** At most `capacity()` requests at once, at most `queue` waiting, first come first served. */
export class Admission {
  #running = 0
  readonly #waiting: Waiter[] = []

  constructor(
    private readonly capacity: () => number,
    private readonly queue: number,
  ) {}

  /** Requests that run or wait: a version may end when none does. */
  get pending(): number {
    return this.#running + this.#waiting.length
  }

  /** Takes a place at once, if there is one. */
  tryEnter(): boolean {
    if (this.#running >= this.capacity()) return false
    this.#running += 1
    return true
  }

  /** Waits for a place; resolves to false when the queue is full or the signal ends the wait. A place taken must be left. */
  enter(signal: AbortSignal): Promise<boolean> {
    if (this.tryEnter()) return Promise.resolve(true)
    if (this.#waiting.length >= this.queue || signal.aborted) return Promise.resolve(false)
    return new Promise((resolve) => {
      const waiter: Waiter = {
        admit: () => {
          signal.removeEventListener('abort', gone)
          this.#running += 1
          resolve(true)
        },
      }
      const gone = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        resolve(false)
      }
      signal.addEventListener('abort', gone, { once: true })
      this.#waiting.push(waiter)
    })
  }

  leave(): void {
    this.#running -= 1
    this.wake()
  }

  /** Lets waiters in as far as there is room: called when capacity has grown too. */
  wake(): void {
    while (this.#waiting.length > 0 && this.#running < this.capacity()) this.#waiting.shift()?.admit()
  }
}
