#!/usr/bin/env node
// Runs the Prisma CLI with our schema engine: `node scripts/prisma.mjs migrate deploy`.
// Prisma fetches its native engine from the network for every command unless this variable names a file (decision 001).
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const env = {
  PRISMA_SCHEMA_ENGINE_BINARY: path.join(root, 'scripts/schema-engine.mjs'),
  CHECKPOINT_DISABLE: '1',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  ...process.env,
}
const cli = path.join(root, 'node_modules/prisma/build/index.js')
const run = spawnSync(process.execPath, [cli, ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' })
process.exit(run.status ?? 1)
