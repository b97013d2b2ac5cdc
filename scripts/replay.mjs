#!/usr/bin/env node
// `npm run replay [-- ROLLOUT ...]`: checks every ledger's chain and judges every verdict again, on the database of DATABASE_URL or of the data folder.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildProcesses, install, ROOT } from './steps.mjs'

process.chdir(ROOT)
await install()
await buildProcesses()

// Slipway's own database, as the supervisor started it: its port and the application's key stand in the data folder.
async function ownUrl(dataDir) {
  const { EmbeddedPostgres } = await import('./postgres.mjs')
  const read = (name) => {
    const file = path.join(dataDir, name)
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined
  }
  const [place, keys] = [read('postgres.json'), read('keys.json')]
  if (!place || !keys) return undefined
  const server = new EmbeddedPostgres({ folder: path.join(dataDir, 'postgres'), port: place.port })
  return server.pid === undefined ? undefined : server.url('slipway_app', keys.database.app, 'slipway')
}

const dataDir = path.resolve(ROOT, process.env.SLIPWAY_DATA_DIR || '.slipway')
const url = process.env.DATABASE_URL || (await ownUrl(dataDir))
if (url === undefined) {
  console.error(`No database runs in ${path.relative(ROOT, dataDir) || '.'}: start Slipway first (npm start), or set DATABASE_URL.`)
  process.exitCode = 1
} else {
  process.env.DATABASE_URL = url
  await import(pathToFileURL(path.join(ROOT, 'dist/replay.mjs')).href)
}
