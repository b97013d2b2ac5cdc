// The database of this start: PostgreSQL of our own, or the one that DATABASE_URL names.
import fs from 'node:fs'
import path from 'node:path'
import { prepareDatabase, prepareRoles, serverVersion } from '../database.mjs'
import { freePort, isFree } from '../free-port.mjs'
import { EmbeddedPostgres } from '../postgres.mjs'
import { StartError } from './settings.mjs'

const OLDEST = 15

const NO_SUCH_DATABASE = '3D000'

// A database that does not exist yet is made by the first migration, where the role may: ask the server by its own database.
async function versionOf(url) {
  try {
    return await serverVersion(url)
  } catch (error) {
    if (error.code !== NO_SUCH_DATABASE) throw error
    const server = new URL(url)
    server.pathname = '/postgres'
    return serverVersion(String(server))
  }
}

async function checkForeign(text) {
  if (!URL.canParse(text) || !/^postgres(ql)?:$/.test(new URL(text).protocol)) {
    throw new StartError('DATABASE_URL is no address of a PostgreSQL database: write it as postgresql://USER:PASSWORD@HOST:5432/NAME')
  }
  const { host, pathname } = new URL(text)
  const version = await versionOf(text).catch((cause) => {
    throw new StartError(`The database of DATABASE_URL (${host}${pathname}) cannot be reached: ${cause.message}`, { cause })
  })
  if (version < OLDEST) throw new StartError(`DATABASE_URL is PostgreSQL ${version}; Slipway needs ${OLDEST} or newer.`)
  return version
}

// The port is kept, so that addresses written down stay true; another is taken when a stranger has it.
async function choosePort(dataDir, folder) {
  const file = path.join(dataDir, 'postgres.json')
  const kept = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).port : undefined
  if (kept && (new EmbeddedPostgres({ folder, port: kept }).pid !== undefined || (await isFree(kept)))) return kept
  const port = await freePort()
  fs.writeFileSync(file, `${JSON.stringify({ port })}\n`)
  return port
}

/**
 * Makes the database ready for migrations. Resolves to the owner's address (migrates), the application's (runs) and, when the
 * server is ours, its keeper for the supervisor.
 */
export async function openDatabase(settings, keys) {
  if (settings.databaseUrl) {
    const version = await checkForeign(settings.databaseUrl)
    return { ownerUrl: settings.databaseUrl, appUrl: settings.databaseUrl, what: `PostgreSQL ${version} of DATABASE_URL` }
  }
  const folder = path.join(settings.dataDir, 'postgres')
  const server = new EmbeddedPostgres({ folder, port: await choosePort(settings.dataDir, folder) })
  if (!server.exists) server.create(keys.database.superuser)
  return {
    server,
    ownerUrl: server.url('slipway_owner', keys.database.owner, 'slipway'),
    appUrl: server.url('slipway_app', keys.database.app, 'slipway'),
    what: `embedded PostgreSQL on port ${server.port}, data in ${server.folder}`,
    keeper: { file: 'scripts/start/postgres-keeper.mjs', args: [folder, String(server.port)], preload: false },
    async prepare() {
      const url = server.url('postgres', keys.database.superuser, 'postgres')
      await prepareRoles(url, keys.database)
      await prepareDatabase(url, 'slipway')
    },
  }
}
