// One PostgreSQL for a run of tests or of the simulation, with a migrated template database that every run's own database is cloned from.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { prepareDatabase, prepareRoles } from './database.mjs'
import { freePort } from './free-port.mjs'
import { EmbeddedPostgres } from './postgres.mjs'
import { runNode } from './steps.mjs'

export const TEMPLATE = 'template_slipway'
// Lost data is no loss here; twice as fast.
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: 200 }

/** Starts it. `address(role)`: of the superuser `postgres`, `slipway_owner` or `slipway_app`, without the database's name; `stop()` removes everything. */
export async function startThrowaway() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-test-'))
  // As root the server runs as another user, who must be able to enter.
  chmodSync(folder, 0o755)
  const server = new EmbeddedPostgres({ folder: path.join(folder, 'postgres'), port: await freePort(), settings: SETTINGS })
  const stop = () => {
    server.stop()
    rmSync(server.folder, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
  const address = (role) => server.url(role, 'test', '')
  try {
    server.create('test')
    server.start()
    await prepareRoles(`${address('postgres')}postgres`, { owner: 'test', app: 'test' })
    await prepareDatabase(`${address('postgres')}postgres`, TEMPLATE)
    const env = { ...process.env, DATABASE_URL: `${address('slipway_owner')}${TEMPLATE}` }
    await runNode('scripts/prisma.mjs', ['migrate', 'deploy'], { env, quiet: true })
    return { address, stop }
  } catch (error) {
    stop()
    throw error
  }
}
