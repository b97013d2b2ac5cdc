import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepareDatabase, prepareRoles } from '@/scripts/database.mjs'
import { freePort } from '@/scripts/free-port.mjs'
import { EmbeddedPostgres } from '@/scripts/postgres.mjs'
import type { Result } from './result'

/** Addresses of a bench's own database: as its owner, and as the processes of the house reach it. */
interface Database {
  ownerUrl: string
  appUrl: string
}

/** A migrated PostgreSQL of the bench's own, for as long as `work` runs. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-'))
  chmodSync(folder, 0o755)
  const server = new EmbeddedPostgres({ folder: path.join(folder, 'postgres'), port: await freePort() })
  try {
    server.create('bench')
    server.start()
    const superuser = server.url('postgres', 'bench', 'postgres')
    await prepareRoles(superuser, { owner: 'bench', app: 'bench' })
    await prepareDatabase(superuser, 'slipway')
    const ownerUrl = server.url('slipway_owner', 'bench', 'slipway')
    execFileSync(process.execPath, ['scripts/prisma.mjs', 'migrate', 'deploy'], { env: { ...process.env, DATABASE_URL: ownerUrl } })
    return await work({ ownerUrl, appUrl: server.url('slipway_app', 'bench', 'slipway') })
  } finally {
    server.stop()
    rmSync(folder, { recursive: true, force: true })
    rmSync(server.folder, { recursive: true, force: true })
  }
}

/**
 * Runs this file again (`url`: its `import.meta.url`) as a process that has DATABASE_URL from its beginning, and is given `input`: it answers by `measured`.
 */
export async function inProcess(url: string, appUrl: string, input: object): Promise<Result[]> {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, DATABASE_URL: appUrl, NODE_ENV: 'production' as const, SLIPWAY_LOG_LEVEL: 'error' }
  const child = fork(fileURLToPath(url), ['measure'], { env, execArgv: [] })
  const ended = once(child, 'exit')
  child.send(input)
  const [results] = (await Promise.race([once(child, 'message'), ended.then(([code]) => [`ended with ${code}`])])) as [Result[] | string]
  child.kill()
  await ended
  if (typeof results === 'string') throw new Error(`The measuring process ${results}.`)
  return results
}

/** In the process that `inProcess` started: measures by its input and answers. Nothing in any other. */
export async function measured<T>(measure: (input: T) => Promise<Result[]>): Promise<void> {
  if (process.argv[2] !== 'measure' || !process.send) return
  const [input] = (await once(process, 'message')) as [T]
  process.send(await measure(input))
}
