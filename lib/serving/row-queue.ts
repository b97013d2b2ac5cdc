/** Rows that are sent once, in order, with the oldest dropped when there are too many: predictions and samples. */
export class RowQueue<T extends { endpointId: string }> {
  #rows: T[] = []
  #spooled = 0
  dropped = 0

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#rows.length
  }

  push(row: T): void {
    this.#rows.push(row)
    // In bulk, because a shift per row of a long list is slow.
    if (this.#rows.length > this.limit * 1.1) {
      const over = this.#rows.length - this.limit
      this.#rows = this.#rows.slice(over)
      this.#spooled = Math.max(0, this.#spooled - over)
      this.dropped += over
    }
  }

  peek(limit: number, endpointId?: string): T[] {
    const rows = endpointId ? this.#rows.filter((row) => row.endpointId === endpointId) : this.#rows
    return rows.slice(0, limit)
  }

  /** The rows that were peeked have arrived. */
  remove(rows: readonly T[]): void {
    if (rows.length === 0) return
    const gone = new Set(rows)
    const before = this.#rows.slice(0, this.#spooled).filter((row) => gone.has(row)).length
    this.#rows = this.#rows.filter((row) => !gone.has(row))
    this.#spooled -= before
  }

  takeUnspooled(limit: number): T[] {
    const rows = this.#rows.slice(this.#spooled, this.#spooled + limit)
    this.#spooled += rows.length
    return rows
  }

  forgetSpooled(): void {
    this.#spooled = 0
  }

  drop(endpointId: string): void {
    this.remove(this.#rows.filter((row) => row.endpointId === endpointId))
  }
}
