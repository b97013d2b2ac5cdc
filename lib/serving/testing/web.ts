import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Flush, type WindowRow } from '@/lib/monitoring/flush'

const TOKEN = 'identity-token-of-tests'

/** A web for tests of the cluster alone: hands out artifacts by digest, takes flushes as the ingest does (the largest row of a key stays). */
export class TestWeb {
  readonly identityToken = TOKEN
  readonly artifacts = new Map<string, Buffer>()
  readonly flushes: Flush[] = []
  /** Its clock, ms ahead of the machine's. */
  aheadMs = 0
  /** Answers 503 to everything. */
  down = false
  /** Hands out artifacts, but takes no flush. */
  flushesDown = false
  /** Endpoints whose rows are refused. */
  readonly foreign = new Set<string>()
  readonly #server = http.createServer((request, response) => void this.#handle(request, response))

  /** Digest under which a file is handed out. */
  publish(file: string, digest?: string): string {
    const bytes = readFileSync(file)
    const name = digest ?? createHash('sha256').update(bytes).digest('hex')
    this.artifacts.set(name, bytes)
    return name
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get now(): number {
    return Date.now() + this.aheadMs
  }

  /** Counted windows: the last row per series, slot, generation and source. */
  windows(): WindowRow[] {
    const rows = new Map<string, WindowRow>()
    for (const flush of this.flushes) {
      for (const row of flush.windows)
        rows.set([flush.boot, row.endpointId, row.versionId, row.role, row.segment, row.slot, row.generation].join(), row)
    }
    return [...rows.values()]
  }

  sum(of: (row: WindowRow) => number, where: (row: WindowRow) => boolean = () => true): number {
    return this.windows()
      .filter(where)
      .reduce((total, row) => total + of(row), 0)
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (this.down) return void answer(503, { message: 'down' })
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return void answer(401, { message: 'who?' })
    const artifact = this.artifacts.get(request.url?.split('/').pop() ?? '')
    if (request.method === 'GET') return void (artifact ? response.end(artifact) : answer(404, {}))
    if (this.flushesDown) return void answer(503, { message: 'down' })
    const flush = Flush.parse(JSON.parse(Buffer.concat(chunks).toString()))
    const offsetMs = flush.watermark - this.now
    if (offsetMs > 2_000 || (offsetMs < -600_000 && !flush.final))
      return void answer(422, { now: this.now, accepted: false, offsetMs, message: 'clock' })
    if (flush.windows.some((row) => this.foreign.has(row.endpointId))) return void answer(403, { message: 'not yours' })
    this.flushes.push(flush)
    answer(200, { now: this.now, accepted: true })
  }
}
