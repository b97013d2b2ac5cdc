import net from 'node:net'
import { AnswerReader, type UpstreamAnswer } from './answer-reader'

/** `lost`: no whole answer, for a reason of the connection: it may be tried elsewhere. */
export type Exchange = { kind: 'answer'; answer: UpstreamAnswer } | { kind: 'lost' | 'timeout' | 'gone' | 'too-large' }

/** A connection that lay idle for longer is not used again. The server keeps it for longer (65 s), so that it never closes one under a request. */
const IDLE_MS = 30_000
const CONNECT_MS = 1_000
/** How often deadlines are looked at while a request runs: one timer for all of them, and a timeout comes so much late at most. */
const SWEEP_MS = 100
const READ_BYTES = 16 * 1024
/** Up to here head and body are one text and one write; a larger body is not copied. */
const ONE_WRITE = 12 * 1024

/**
 * Keep-alive connections to one model server of ours, each with one request at a time. There are as many as requests run at once, which the version's admission bounds.
 * It speaks plain HTTP/1.1 over sockets: a general client costs as much again as the gateway's whole own work.
 */
export class Upstream {
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly port: number) {}

  /** Sends one request. `head`: request line and headers without the length, each line ended. Calls back once, later; `deadline` by the monotonic clock. */
  send(head: string, body: Buffer, deadline: number, settle: (result: Exchange) => void): Connection {
    return this.#use(this.#pick(), head, body, deadline, settle)
  }

  /** Whether the server answers a question for its health, asked on a new connection, with 200. */
  healthy(ms: number): Promise<boolean> {
    const head = 'GET /v2/health/ready HTTP/1.1\r\nhost: localhost\r\n'
    return new Promise((resolve) => {
      const settle = (result: Exchange) => resolve(result.kind === 'answer' && result.answer.status === 200)
      this.#use(this.#open(), head, Buffer.alloc(0), performance.now() + ms, settle)
    })
  }

  /** Ends all connections; what runs on them is lost. */
  destroy(): void {
    for (const connection of this.#all) connection.end('lost')
  }

  #use(connection: Connection, head: string, body: Buffer, deadline: number, settle: (result: Exchange) => void): Connection {
    connection.send(head, body, deadline, settle)
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS)
    return connection
  }

  #pick(): Connection {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (idle.usable) return idle
      idle.end('lost')
    }
    return this.#open()
  }

  #open(): Connection {
    const connection = new Connection(
      this.port,
      () => this.#idle.push(connection),
      () => this.#forget(connection),
    )
    this.#all.add(connection)
    return connection
  }

  #forget(connection: Connection): void {
    if (!this.#all.delete(connection)) return
    const at = this.#idle.indexOf(connection)
    if (at >= 0) this.#idle.splice(at, 1)
  }

  #sweep(): void {
    const now = performance.now()
    let running = false
    for (const connection of this.#all) running = connection.check(now) || running
    if (running) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

/** One connection. When it ends, so does the request on it. */
export class Connection {
  readonly #socket: net.Socket
  readonly #reader = new AnswerReader()
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  readonly #openedAt = performance.now()
  #settle: ((result: Exchange) => void) | null = null
  #deadline = 0
  #usedAt = 0

  constructor(
    port: number,
    private readonly free: () => void,
    private readonly ended: () => void,
  ) {
    const onread = { buffer: this.#buffer, callback: (size: number) => this.#receive(size) }
    this.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true, onread })
    // 'close' follows an error.
    this.#socket.on('error', () => undefined)
    this.#socket.on('end', () => this.end('lost'))
    this.#socket.on('close', () => this.end('lost'))
  }

  get usable(): boolean {
    return !this.#socket.destroyed && performance.now() - this.#usedAt < IDLE_MS
  }

  send(head: string, body: Buffer, deadline: number, settle: (result: Exchange) => void): void {
    this.#settle = settle
    this.#deadline = deadline
    const start = `${head}content-length: ${body.length}\r\n\r\n`
    if (body.length <= ONE_WRITE) {
      this.#socket.write(start + body.toString('latin1'), 'latin1')
      return
    }
    this.#socket.cork()
    this.#socket.write(start, 'latin1')
    this.#socket.write(body)
    this.#socket.uncork()
  }

  /** The client went away: nobody wants the answer. */
  cancel(): void {
    this.end('gone')
  }

  /** Ends the connection; a request on it ends so. */
  end(kind: 'lost' | 'timeout' | 'gone' | 'too-large'): void {
    const settle = this.#settle
    this.#settle = null
    this.ended()
    this.#socket.destroy()
    settle?.({ kind })
  }

  /** Ends what is over its time. Returns whether a request runs. */
  check(now: number): boolean {
    if (!this.#settle) return false
    if (now >= this.#deadline) this.end('timeout')
    else if (this.#socket.connecting && now - this.#openedAt >= CONNECT_MS) this.end('lost')
    return true
  }

  #receive(size: number): boolean {
    const settle = this.#settle
    const read = settle ? this.#reader.take(this.#buffer.toString('latin1', 0, size)) : 'broken'
    if (read === null) return true
    if (!settle || read === 'broken') this.end('lost')
    else if (read === 'too-large') this.end('too-large')
    else {
      this.#settle = null
      this.#usedAt = performance.now()
      // An answer before the whole request was taken leaves bytes behind that the next one must not follow.
      if (this.#reader.last || this.#socket.writableLength > 0) this.end('lost')
      else this.free()
      settle({ kind: 'answer', answer: read })
    }
    return true
  }
}
