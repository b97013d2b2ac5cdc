// The roles and databases of a server that we own: `slipway_owner` migrates, `slipway_app` runs (append-only tables stay so).
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'

/**
 * Connects, works, and closes the connection whatever came of it.
 * @type {<T>(url: string, work: (client: pg.Client) => Promise<T>) => Promise<T>}
 */
export async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Makes both roles with these passwords, or gives them these passwords. `url`: the superuser's. */
export async function prepareRoles(url, { owner, app }) {
  await withClient(url, async (client) => {
    for (const [role, password, rights] of [
      ['slipway_owner', owner, 'LOGIN CREATEDB'],
      ['slipway_app', app, 'LOGIN'],
    ]) {
      const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
      await client.query(`${found.rowCount ? 'ALTER' : 'CREATE'} ROLE ${role} ${rights} PASSWORD ${pg.escapeLiteral(password)}`)
    }
  })
}

/** Makes the database, owned by `slipway_owner`, if it is not there. `url`: the superuser's. */
export async function prepareDatabase(url, name) {
  await withClient(url, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (!found.rowCount) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER slipway_owner`)
  })
}

/** Connects and returns the server's major version (18, 15, ...). Throws the connection's error. */
export async function serverVersion(url) {
  return withClient(url, async (client) => {
    const result = await client.query("SELECT current_setting('server_version_num')::int / 10000 AS major")
    return result.rows[0].major
  })
}

const NO_SUCH_TABLE = '42P01'
const NO_SUCH_DATABASE = '3D000'

/**
 * Says whether every migration of the folder is applied as it stands there (Prisma keeps the SHA-256 of each file), so that
 * a start need not ask Prisma's CLI, which takes seconds to say so.
 */
export async function isMigrated(url, folder) {
  const wanted = fs.readdirSync(folder).filter((name) => fs.existsSync(path.join(folder, name, 'migration.sql')))
  try {
    const applied = await withClient(url, (client) =>
      client.query('SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL'),
    )
    const checksums = new Map(applied.rows.map((row) => [row.migration_name, row.checksum]))
    return wanted.every((name) => {
      const content = fs.readFileSync(path.join(folder, name, 'migration.sql'))
      return checksums.get(name) === createHash('sha256').update(content).digest('hex')
    })
  } catch (error) {
    if (error.code === NO_SUCH_TABLE || error.code === NO_SUCH_DATABASE) return false
    throw error
  }
}

/**
 * Lets the application's role, where there is one, see which migrations are applied: that is how a process that starts beside a migration knows when
 * to go on. `url`: the owner's.
 */
export async function grantMigrationsRead(url) {
  await withClient(url, async (client) => {
    const found = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'slipway_app'")
    if (found.rowCount) await client.query('GRANT SELECT ON public._prisma_migrations TO slipway_app')
  })
}
