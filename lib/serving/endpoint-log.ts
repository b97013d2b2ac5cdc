import type { LogLine } from './schema'

/** Lines kept per replica, and replicas whose lines are kept, the ended ones too. */
const MAX_LINES = 500
const MAX_REPLICAS = 24

/** What an endpoint's replicas said, and what happened to them. */
export class EndpointLog {
  readonly #lines = new Map<string, LogLine[]>()

  constructor(private readonly now: () => number) {}

  write(replica: string, stream: LogLine['stream'], text: string): void {
    const lines = this.#lines.get(replica) ?? []
    lines.push({ at: this.now(), replica, stream, text })
    if (lines.length > MAX_LINES) lines.shift()
    this.#lines.set(replica, lines)
    if (this.#lines.size <= MAX_REPLICAS) return
    for (const oldest of this.#lines.keys()) {
      this.#lines.delete(oldest)
      return
    }
  }

  /** The last lines of all replicas, oldest first. */
  last(limit: number): LogLine[] {
    return [...this.#lines.values()]
      .flat()
      .sort((a, b) => a.at - b.at)
      .slice(-limit)
  }
}
