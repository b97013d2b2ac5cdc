#!/usr/bin/env node
// Migrates the database of DATABASE_URL, as its owner, and lets the application see what is applied. `--wait`: changes nothing, and ends as soon as this
// version's migrations are applied; the application's address will do.
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { grantMigrationsRead, isMigrated } from './database.mjs'
import { ROOT, runNode } from './steps.mjs'

const LOOK_EVERY_MS = 1_000
const GIVE_UP_AFTER_MS = 300_000
const folder = path.join(ROOT, 'prisma/migrations')

async function migrate(url) {
  if (await isMigrated(url, folder)) console.log('The database has all migrations.')
  else await runNode('scripts/prisma.mjs', ['migrate', 'deploy'])
  await grantMigrationsRead(url)
}

// The reason is said when it changes: a database that is starting, then one without tables.
async function waitFor(url) {
  const deadline = Date.now() + GIVE_UP_AFTER_MS
  let said
  for (;;) {
    const why = await isMigrated(url, folder).then(
      (done) => (done ? undefined : 'migrations are missing'),
      (error) => error.message || error.code,
    )
    if (!why) return
    if (Date.now() > deadline) throw new Error(`The database is not migrated after ${GIVE_UP_AFTER_MS / 1000} s: ${why}`)
    if (why !== said) console.log(`Waiting for the migrations of this version: ${why}`)
    said = why
    await sleep(LOOK_EVERY_MS)
  }
}

try {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is not set: give the address of the database, postgresql://USER:PASSWORD@HOST:5432/NAME')
  await (process.argv.includes('--wait') ? waitFor(url) : migrate(url))
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
