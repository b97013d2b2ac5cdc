import { Pool } from 'undici'
import { inferBody } from './wish'

/** What a client saw: answers per status, and good ones per version. */
export interface Seen {
  answers: number
  broken: number
  statuses: Map<number, number>
  versions: Map<string, number>
}

/** Sends requests with `concurrency` connections until it is stopped, and counts what comes back. */
export class Load {
  readonly seen: Seen = { answers: 0, broken: 0, statuses: new Map(), versions: new Map() }
  #stopped = false
  readonly #pool: Pool
  readonly #workers: Promise<void>[]

  constructor(url: string, path: string, concurrency = 8, body = inferBody()) {
    this.#pool = new Pool(url, { connections: concurrency, pipelining: 1 })
    this.#workers = Array.from({ length: concurrency }, async () => {
      while (!this.#stopped) await this.#one(path, body)
    })
  }

  async #one(path: string, body: string): Promise<void> {
    try {
      const response = await this.#pool.request({ path, method: 'POST', body, headers: { 'content-type': 'application/json' } })
      await response.body.dump()
      this.seen.answers += 1
      bump(this.seen.statuses, response.statusCode)
      bump(this.seen.versions, String(response.headers['x-model-version']))
    } catch {
      this.seen.broken += 1
    }
  }

  /** Ends after the requests in flight. */
  async stop(): Promise<Seen> {
    this.#stopped = true
    await Promise.all(this.#workers)
    await this.#pool.close()
    return this.seen
  }
}

function bump<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}
