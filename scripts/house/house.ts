import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { tokenFrom } from '@/lib/tokens/secret'
import { EmbeddedPostgres } from '../postgres.mjs'
import { stillRuns } from '../start/process-id.mjs'
import { type Client, signIn, tokenClient } from './client'
import { until } from './wait'

export type Role = 'viewer' | 'engineer' | 'approver' | 'sre' | 'admin'
export const KILLABLE = ['engine', 'web', 'cluster', 'postgres'] as const
export type Killable = (typeof KILLABLE)[number]

interface Note {
  name: string
  pid: number
  start: string
}

/** A first start also builds what has changed since the last one. */
const READY_WITHIN_S = 600
const GONE_WITHIN_S = 40

/** A whole Slipway with the example workspace: the processes of `npm start`, on their own ports and a data folder of their own. */
export class House {
  readonly url: string
  #database: pg.Pool | undefined
  readonly #child: ChildProcess
  readonly #clients = new Map<Role, Promise<Client>>()
  #output = ''

  private constructor(
    readonly port: number,
    readonly dataDir: string,
    child: ChildProcess,
  ) {
    this.url = `http://127.0.0.1:${port}`
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.#output += chunk))
    // A run that gives up takes its house along.
    process.once('exit', () => child.kill('SIGTERM'))
  }

  /** Starts it from the checkout that is the working folder, and waits until every part is ready. `port` is web's; +1, +2 and +10 to +12 are used too. */
  static async start(port: number): Promise<House> {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'slipway-house-'))
    // As root the database runs as another user, who must be able to enter.
    chmodSync(dataDir, 0o755)
    const { PATH, HOME } = process.env
    const env = { PATH, HOME, NODE_ENV: 'production' as const, PORT: String(port), SLIPWAY_DATA_DIR: dataDir }
    const house = new House(port, dataDir, spawn(process.execPath, ['scripts/start.mjs'], { env }))
    try {
      await until({ what: 'the house is ready', seconds: READY_WITHIN_S }, async () => {
        if (house.#child.exitCode !== null) return 'ended'
        return house.#output.includes('ready after')
      })
      if (house.#child.exitCode !== null) throw new Error('npm start ended')
      return house
    } catch (error) {
      await house.stop()
      throw new Error(`${(error as Error).message}. It said:\n${house.#output}`, { cause: error })
    }
  }

  /** Everything that `npm start` printed. */
  get output(): string {
    return this.#output
  }

  /** The house's own database, as its owner: for looking at what the API does not show. */
  get database(): pg.Pool {
    if (this.#database) return this.#database
    const { port } = JSON.parse(readFileSync(path.join(this.dataDir, 'postgres.json'), 'utf8')) as { port: number }
    const connectionString = `postgresql://slipway_owner:${encodeURIComponent(this.#keys().database.owner)}@127.0.0.1:${port}/slipway`
    this.#database = new pg.Pool({ connectionString, max: 2, connectionTimeoutMillis: 5_000 })
    // A client that sat idle while its server was killed: the next query opens another.
    this.#database.on('error', () => undefined)
    return this.#database
  }

  #keys(): { traffic: string; database: { owner: string } } {
    return JSON.parse(readFileSync(path.join(this.dataDir, 'keys.json'), 'utf8'))
  }

  /** The example's account of a role, signed in once. */
  as(role: Role): Promise<Client> {
    const known = this.#clients.get(role)
    if (known) return known
    const accounts = JSON.parse(readFileSync(path.join(this.dataDir, 'example-accounts.json'), 'utf8')) as {
      email: string
      role: string
      password: string
    }[]
    const account = accounts.find((each) => each.role === role)
    if (!account) throw new Error(`The example workspace has no account for ${role}.`)
    const client = signIn(this.url, account.email, account.password)
    this.#clients.set(role, client)
    client.catch(() => this.#clients.delete(role))
    return client
  }

  /** The engineer's CI token, which the traffic process uses too. */
  ci(): Client {
    return tokenClient(this.url, tokenFrom(this.#keys().traffic))
  }

  notes(): Note[] {
    const file = path.join(this.dataDir, 'supervisor.json')
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).children : []
  }

  get #postgres(): number | undefined {
    return new EmbeddedPostgres({ folder: path.join(this.dataDir, 'postgres'), port: 1 }).pid
  }

  /** The process id of a part now; PostgreSQL's is the server's, not its keeper's. */
  pid(name: Killable | 'traffic'): number | undefined {
    if (name === 'postgres') return this.#postgres
    const note = this.notes().find((each) => each.name === name)
    return note && stillRuns(note) ? note.pid : undefined
  }

  /** Kills a part with -9 and resolves when the supervisor has started it again and every part says that it is ready. */
  async killAndWait(name: Killable): Promise<void> {
    const before = await until({ what: `${name} runs`, seconds: 60 }, async () => this.pid(name))
    process.kill(before, 'SIGKILL')
    await until({ what: `${name} is started again`, seconds: 60 }, async () => (this.pid(name) ?? before) !== before)
    await this.ready(90)
  }

  async ready(seconds: number): Promise<void> {
    await until({ what: 'every part is ready', seconds }, async () => {
      const answer = await fetch(`${this.url}/api/ready`, { signal: AbortSignal.timeout(5_000) })
      return answer.ok || Promise.reject(new Error((await answer.text()).slice(0, 400)))
    })
  }

  /** Ends it as Ctrl-C does, waits until nothing of it runs, and removes its data. */
  async stop(): Promise<void> {
    await this.#database?.end()
    const left = this.notes()
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const closed = new Promise((resolve) => this.#child.once('close', resolve))
      this.#child.kill('SIGTERM')
      await closed
    }
    await until(
      { what: 'every process has ended', seconds: GONE_WITHIN_S },
      async () => !left.some(stillRuns) && this.#postgres === undefined,
    )
    const { folder } = new EmbeddedPostgres({ folder: path.join(this.dataDir, 'postgres'), port: 1 })
    rmSync(folder, { recursive: true, force: true })
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}
