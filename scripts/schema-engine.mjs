#!/usr/bin/env node
// Stand-in for Prisma's native schema engine: the same JSON-RPC over stdio, served by Prisma's own WASM build from npm,
// so that the whole `prisma migrate` works without fetching a binary (decision 001).
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as wasm from '@prisma/schema-engine-wasm/schema_engine_bg'
import { migrationFactory, runDatabaseCommand } from './schema-engine-database.mjs'

// A Rust panic reports its message here; without the registry it would end Node with a TypeError instead.
let panic
globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message(message) {
    panic = message
  },
}

// Node 20 cannot import .wasm as a module: instantiate it by hand.
async function loadEngine() {
  const file = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')).replace(/\.js$/, '.wasm')
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': wasm })
  wasm.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}

function parseArguments(argv) {
  const options = { datamodels: [], rest: [] }
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i]
    if (name === '--datasource') options.datasource = JSON.parse(argv[++i])
    else if (name === '--datamodels' || name === '-d') options.datamodels.push(argv[++i])
    else if (name === '--enabled-preview-features' || name === '--extension-types') i++
    else options.rest.push(name)
  }
  return options
}

function log(level, message, extra = {}) {
  const fields = { message, ...extra }
  process.stderr.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, target: 'schema_engine::logger', fields })}\n`)
}

const DATABASE_ERRORS = { '3D000': 'P1003', '28P01': 'P1000', ECONNREFUSED: 'P1001' }

async function runCli(command, url) {
  try {
    await runDatabaseCommand(command, url)
    log('INFO', `${command} ok`)
  } catch (error) {
    process.stderr.write('\n')
    log('ERROR', error.message, { error_code: DATABASE_ERRORS[error.code], is_panic: false, meta: null })
    process.exit(1)
  }
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}

function rpcError(error) {
  const message = panic ?? error.message ?? String(error)
  const data = { is_panic: false, message, meta: null, error_code: error.code ?? '' }
  return { code: 4466, message, data: error.meta ? { ...data, meta: error.meta } : data }
}

const METHODS = { getDatabaseVersion: 'version' }

async function answer(engine, request) {
  try {
    const name = METHODS[request.method] ?? request.method
    if (typeof engine[name] !== 'function') throw new Error(`method ${request.method} is not available in the WASM schema engine`)
    const result = await engine[name](request.params)
    if (request.method === 'diff' && result?.stdout) send({ id: 1e6, method: 'print', params: { content: result.stdout } })
    send({ id: request.id, result: result ?? null })
  } catch (error) {
    send({ id: request.id, error: rpcError(error) })
  }
}

async function serve(options) {
  const datamodels = options.datamodels.map((file) => [file, readFileSync(path.resolve(file), 'utf8')])
  const factory = bindMigrationAwareSqlAdapterFactory(migrationFactory(options.datasource?.url))
  let engine
  const open = async () => {
    engine ??= await wasm.SchemaEngine.new({ datamodels: datamodels.length ? datamodels : undefined }, () => undefined, factory)
    return engine
  }
  let work = Promise.resolve()
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    if (!line.trim()) return
    const request = JSON.parse(line)
    if (!request.method) return // the CLI's reply to our `print`
    work = work.then(async () => {
      try {
        await answer(await open(), request)
      } catch (error) {
        send({ id: request.id, error: rpcError(error) })
      }
    })
  })
  lines.on('close', () => work.then(() => process.exit(0)))
}

await loadEngine()
const options = parseArguments(process.argv.slice(2))
if (options.rest.includes('--version') || options.rest.includes('-V')) console.log(`schema-engine-wasm ${wasm.version()}`)
else if (options.rest[0] === 'cli') await runCli(options.rest[1], options.datasource.url)
else await serve(options)
