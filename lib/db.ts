import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { required } from './env'
import { PrismaClient } from './generated/prisma/client'

/** A transaction of the Prisma client: what stores and commands take. */
export type Tx = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>

/** Anything that runs raw SQL. */
export type Sql = Pick<Tx, '$queryRaw' | '$executeRaw' | '$queryRawUnsafe' | '$executeRawUnsafe'>

interface Held {
  pool?: pg.Pool
  prisma?: PrismaClient
}
// Next reloads modules in development; the pool must not be made again each time.
const held = globalThis as unknown as { slipwayDatabase?: Held }
held.slipwayDatabase ??= {}
const database: Held = held.slipwayDatabase

/** Opening a connection costs more than keeping it: a page that asks ten things at once after a quiet minute must not wait for ten sign-ins. */
const KEPT_MS = 300_000
/** How long a query waits for a free connection: a hundred repeats of one request wait for the first of them, ten at a time. */
const FREE_MS = 10_000
/** How long a transaction may take where it sets no bound of its own. */
const TRANSACTION_MS = 15_000

/**
 * Sends a connection's queries one after another. Prisma reads the relations of one `include` side by side, in a transaction on one connection; pg queues
 * that by itself, but will stop doing so.
 */
function oneAfterAnother(client: pg.PoolClient): void {
  const send = client.query.bind(client) as (...args: unknown[]) => unknown
  let before: Promise<unknown> = Promise.resolve()
  const query = (...args: unknown[]) => {
    // With a callback it is the pool's own, on a connection that nobody else holds.
    if (typeof args.at(-1) === 'function') return send(...args)
    const answer = before.then(() => send(...args))
    before = answer.catch(() => undefined)
    return answer
  }
  Object.assign(client, { query })
}

/** The process's connection pool, for SQL by unnest on hot tables. */
export function pool(): pg.Pool {
  if (database.pool) return database.pool
  database.pool = new pg.Pool({
    connectionString: required('DATABASE_URL'),
    max: 10,
    connectionTimeoutMillis: FREE_MS,
    idleTimeoutMillis: KEPT_MS,
    keepAlive: true,
  })
  database.pool.on('connect', oneAfterAnother)
  // An idle connection that Postgres cuts (restart) must not end the process; the next query opens another.
  database.pool.on('error', () => undefined)
  return database.pool
}

/** The process's Prisma client, over the same pool. */
export function db(): PrismaClient {
  database.prisma ??= new PrismaClient({
    adapter: new PrismaPg(pool()),
    transactionOptions: { maxWait: FREE_MS, timeout: TRANSACTION_MS },
  })
  return database.prisma
}

/** Closes everything; for the end of a process or a test file. */
export async function closeDatabase(): Promise<void> {
  await database.prisma?.$disconnect()
  if (database.pool && !database.pool.ended) await database.pool.end()
  database.prisma = undefined
  database.pool = undefined
}
