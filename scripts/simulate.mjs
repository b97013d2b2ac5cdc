#!/usr/bin/env node
// `npm run simulate -- --seeds N [--from N] [--workers N]`: the engine's simulation over many seeds, several processes side by side.
// `npm run simulate -- --seed N`: one of them, with every event.
import { fork } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { generate, install, ROOT } from './steps.mjs'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(os.cpus().length) },
  },
})
const [one, seeds, from, wanted] = [values.seed ?? '0', values.seeds, values.from, values.workers].map(Number)
if ([one, seeds, from, wanted].some((value) => !Number.isInteger(value) || value < 0) || wanted < 1) {
  console.error('npm run simulate -- --seeds N [--from N] [--workers N], or --seed N: whole numbers')
  process.exit(1)
}
const queue = values.seed === undefined ? Array.from({ length: seeds }, (_, i) => from + i) : [one]

process.chdir(ROOT)
await install()
await generate()
const { bundleOnce } = await import('./bundles.mjs')
const { startThrowaway, TEMPLATE } = await import('./throwaway-postgres.mjs')
const outfile = path.join(ROOT, 'dist', 'simulation', 'run.mjs')
await bundleOnce('lib/engine/simulation/run.fixture.ts', outfile)
const server = await startThrowaway()
const children = []
const stop = () => {
  for (const child of children) child.kill('SIGKILL')
  server.stop()
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    stop()
    process.exit(130)
  })
}

const since = performance.now()
const failed = []
const phases = {}
const totals = { seeds: 0, turns: 0, cpuMs: 0 }
const rate = () => `${(totals.seeds / ((performance.now() - since) / 1_000)).toFixed(2)} seeds/s`

function note(told) {
  totals.seeds += 1
  totals.turns += told.turns
  totals.cpuMs += told.cpuMs
  for (const phase of told.phases) phases[phase] = (phases[phase] ?? 0) + 1
  if (told.violation === null) return
  failed.push(told.seed)
  console.log(`seed ${told.seed}: ${told.violation}\n  reproduce: npm run simulate -- --seed ${told.seed}`)
}

async function work(number) {
  const client = new pg.Client({ connectionString: `${server.address('postgres')}postgres` })
  await client.connect()
  await client.query(`create database simulation_${number} template ${TEMPLATE} owner slipway_owner`)
  await client.end()
  const { PATH } = process.env
  const env = {
    PATH,
    NODE_ENV: 'test',
    SLIPWAY_LOG_LEVEL: 'silent',
    DATABASE_URL: `${server.address('slipway_app')}simulation_${number}`,
  }
  const child = fork(outfile, [`${server.address('slipway_owner')}simulation_${number}`], { env, stdio: 'inherit' })
  children.push(child)
  await new Promise((resolve, reject) => {
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A worker of the simulation ended with code ${code}.`))))
    child.on('message', (told) => {
      if (told.seed !== undefined) note(told)
      const seed = queue.shift()
      child.send(seed === undefined ? { end: true } : { seed, echo: values.seed !== undefined })
    })
  })
}

const progress = setInterval(() => console.log(`${totals.seeds} seeds, ${failed.length} failed, ${rate()}`), 30_000)
try {
  await Promise.all(Array.from({ length: Math.min(wanted, queue.length) }, (_, i) => work(i)))
} finally {
  clearInterval(progress)
  stop()
}
const mean = (totals.cpuMs / Math.max(1, totals.seeds)).toFixed(0)
console.log(
  `${totals.seeds} seeds, ${totals.turns} turns, ${rate()}, ${mean} ms of a core each (PostgreSQL's work apart); rollouts ended: ${JSON.stringify(phases)}`,
)
console.log(failed.length === 0 ? 'Everything held.' : `${failed.length} seeds failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
