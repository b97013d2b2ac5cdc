// What the schema engine needs of a database: connections as driver adapters, a shadow database, and create/drop/can-connect.
import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import pg from 'pg'

const CHAR_OID = 18
const TEXT_OID = 25

// adapter-pg 7.10 has no mapping for Postgres' internal "char" type, which the catalogue queries return, and the engine panics
// when it is given as text: read it as text, then say that it is a character.
const charColumns = new WeakMap()

class CatalogPool extends pg.Pool {
  async query(...args) {
    const answer = await super.query(...args)
    for (const result of Array.isArray(answer) ? answer : [answer]) {
      for (const [i, field] of (result.fields ?? []).entries()) {
        if (field.dataTypeID !== CHAR_OID) continue
        field.dataTypeID = TEXT_OID
        charColumns.set(result.rows, [...(charColumns.get(result.rows) ?? []), i])
      }
    }
    return answer
  }
}

async function open(connectionString) {
  const pool = new CatalogPool({ connectionString, max: 4 })
  const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect()
  // adapter-pg cuts a script at every semicolon, also inside a function's body; Postgres takes a whole script in one message, as one transaction.
  adapter.executeScript = async (script) => {
    await pool.query(script)
  }
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query)
    for (const i of charColumns.get(result.rows) ?? []) result.columnTypes[i] = ColumnTypeEnum.Character
    return result
  }
  return adapter
}

function withDatabase(address, database) {
  const url = new URL(address)
  url.pathname = `/${database}`
  return String(url)
}

async function openShadow(address) {
  const main = await open(address)
  const database = `prisma_migrate_shadow_db_${randomUUID()}`
  await main.executeScript(`CREATE DATABASE "${database}"`)
  const shadow = await open(withDatabase(address, database))
  const dispose = shadow.dispose.bind(shadow)
  shadow.dispose = async () => {
    await dispose()
    await main.executeScript(`DROP DATABASE IF EXISTS "${database}" WITH (FORCE)`)
    await main.dispose()
  }
  return shadow
}

/** The adapter factory of one database address, with the shadow database that `migrate dev` and `migrate diff` ask for. */
export function migrationFactory(address) {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => open(address),
    connectToShadowDb: () => openShadow(address),
  }
}

async function run(address, sql) {
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  try {
    if (sql) await client.query(sql)
  } finally {
    await client.end()
  }
}

/** Runs `can-connect-to-database`, `create-database` or `drop-database`; throws the server's error. */
export async function runDatabaseCommand(command, address) {
  const name = pg.escapeIdentifier(decodeURIComponent(new URL(address).pathname.slice(1)))
  if (command === 'can-connect-to-database') await run(address)
  else if (command === 'create-database') await run(withDatabase(address, 'postgres'), `CREATE DATABASE ${name}`)
  else if (command === 'drop-database') await run(withDatabase(address, 'postgres'), `DROP DATABASE ${name} WITH (FORCE)`)
  else throw new Error(`unknown command ${command}`)
}
