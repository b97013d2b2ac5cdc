import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { prepareDatabase, prepareRoles } from './database.mjs'
import { freePort } from './free-port.mjs'
import { EmbeddedPostgres } from './postgres.mjs'
import { buildProcesses, generate, runNode } from './steps.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses without the database's name: the superuser's, the owner's and the application's. */
    postgres: { superuser: string; owner: string; app: string }
  }
}

/** The template that every test file's database is cloned from. */
const TEMPLATE = 'template_slipway'
// Lost data is no loss here; twice as fast.
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: 200 }

/** Starts one PostgreSQL for the whole run, with a migrated template database, and stops it at the end. */
export default async function setup(project: TestProject) {
  await generate()
  // A process that does not build fails the tests that start it, not those of everything else.
  await buildProcesses().catch((error: Error) => console.error(error.message))
  const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-test-'))
  // As root the server runs as another user, who must be able to enter.
  chmodSync(folder, 0o755)
  const server = new EmbeddedPostgres({ folder: path.join(folder, 'postgres'), port: await freePort(), settings: SETTINGS })
  const stop = () => {
    server.stop()
    rmSync(server.folder, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    server.create('test')
    server.start()
    await prepareRoles(server.url('postgres', 'test', 'postgres'), { owner: 'test', app: 'test' })
    await prepareDatabase(server.url('postgres', 'test', 'postgres'), TEMPLATE)
    const env = { ...process.env, DATABASE_URL: server.url('slipway_owner', 'test', TEMPLATE) }
    await runNode('scripts/prisma.mjs', ['migrate', 'deploy'], { env, quiet: true })
  } catch (error) {
    stop()
    throw error
  }
  const address = (role: string) => server.url(role, 'test', '')
  project.provide('postgres', { superuser: address('postgres'), owner: address('slipway_owner'), app: address('slipway_app') })
  return stop
}
