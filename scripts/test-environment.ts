// Before each integration test file: its own database, cloned from the template, and the environment that lib/env.ts reads.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, inject } from 'vitest'

const servers = inject('postgres')
const database = `test_${randomUUID().replaceAll('-', '')}`
const folder = mkdtempSync(path.join(os.tmpdir(), 'slipway-test-data-'))

async function asSuperuser(sql: string) {
  const client = new pg.Client({ connectionString: `${servers.superuser}postgres` })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

await asSuperuser(`CREATE DATABASE ${database} TEMPLATE template_slipway OWNER slipway_owner`)
Object.assign(process.env, {
  NODE_ENV: 'test',
  DATABASE_URL: `${servers.app}${database}`,
  SLIPWAY_DATA_DIR: folder,
  SLIPWAY_LOG_LEVEL: process.env.SLIPWAY_LOG_LEVEL ?? 'silent',
  NEXTAUTH_SECRET: 'test-sign-in-secret-of-32-characters',
  NEXTAUTH_URL: 'http://127.0.0.1:3000',
  SLIPWAY_TOKEN_KEY: Buffer.alloc(32, 1).toString('base64url'),
  SLIPWAY_SEALING_KEY: Buffer.alloc(32, 2).toString('base64url'),
  SLIPWAY_ENGINE_TOKEN: 'test-engine-token-of-32-characters',
})

// pg queues a query that is sent while another runs on the same connection, says so once, and will stop doing it: queries of one transaction go one after another.
const sideBySide: Error[] = []
process.on('warning', (warning) => {
  if (warning.message.startsWith('Calling client.query() when the client is already executing a query')) sideBySide.push(warning)
})
afterAll(() => {
  if (sideBySide[0]) throw sideBySide[0]
})

afterAll(async () => {
  const { closeDatabase } = await import('@/lib/db')
  await closeDatabase()
  await asSuperuser(`DROP DATABASE ${database} WITH (FORCE)`)
  rmSync(folder, { recursive: true, force: true })
})
