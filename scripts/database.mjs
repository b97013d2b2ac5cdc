// The roles and databases of a server that we own: `slipway_owner` migrates, `slipway_app` runs (append-only tables stay so).
import pg from 'pg'

async function withClient(url, work) {
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
