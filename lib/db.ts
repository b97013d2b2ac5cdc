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
export const FREE_MS = 10_000

/** The process's connection pool, for SQL by unnest on hot tables. */
export function pool(): pg.Pool {
  database.pool ??= new pg.Pool({
    connectionString: required('DATABASE_URL'),
    max: 10,
    connectionTimeoutMillis: FREE_MS,
    idleTimeoutMillis: KEPT_MS,
    keepAlive: true,
  })
  // An idle connection that Postgres cuts (restart) must not end the process; the next query opens another.
  if (database.pool.listenerCount('error') === 0) database.pool.on('error', () => undefined)
  return database.pool
}

/** The process's Prisma client, over the same pool. */
export function db(): PrismaClient {
  database.prisma ??= new PrismaClient({ adapter: new PrismaPg(pool()) })
  return database.prisma
}

/** Closes everything; for the end of a process or a test file. */
export async function closeDatabase(): Promise<void> {
  await database.prisma?.$disconnect()
  if (database.pool && !database.pool.ended) await database.pool.end()
  database.prisma = undefined
  database.pool = undefined
}
