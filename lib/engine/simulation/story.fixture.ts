import { type Random, seeded } from '@/lib/analysis/chance'

/** Thrown when something that must hold does not. */
export class Violation extends Error {}

interface Event {
  at: number
  order: number
  name: string
  run: () => Promise<void> | void
  /** Nothing that is stored of the endpoint changes by it. */
  quiet: boolean
}

/** What happens in a simulated world, by a seed: one clock, one queue of events, one source of chance, and the lines that tell it. */
export class Story {
  readonly random: Random
  readonly lines: string[] = []
  private readonly queue: Event[] = []
  private order = 0

  constructor(
    readonly seed: number,
    readonly startMs: number,
    public nowMs: number,
    private readonly echo?: (line: string) => void,
  ) {
    this.random = seeded(seed * 2_654_435_761)
  }

  say(line: string): void {
    const told = `${((this.nowMs - this.startMs) / 1_000).toFixed(3).padStart(9)} ${line}`
    this.lines.push(told)
    this.echo?.(told)
  }

  /** Something that must hold does not: the seed fails. */
  violate(what: string): never {
    this.say(`VIOLATION ${what}`)
    throw new Violation(what)
  }

  chance(share: number): boolean {
    return this.random() < share
  }

  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1))
  }

  pick<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)]
  }

  after(ms: number, name: string, run: Event['run'], quiet = false): void {
    this.order += 1
    this.queue.push({ at: this.nowMs + ms, order: this.order, name, run, quiet })
  }

  /** When the next event is due; null: none is left. */
  get nextMs(): number | null {
    return this.queue.length === 0 ? null : Math.min(...this.queue.map((event) => event.at))
  }

  /** Takes the earliest event off the queue. */
  take(): Event | undefined {
    this.queue.sort((a, b) => a.at - b.at || a.order - b.order)
    return this.queue.shift()
  }

  /** The clock steps: what is waiting keeps its distance. */
  shift(ms: number): void {
    for (const event of this.queue) event.at += ms
  }
}
