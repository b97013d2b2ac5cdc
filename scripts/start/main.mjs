// The stages of `npm start`. Only Node's own modules are loaded here: on a fresh clone nothing else exists yet.
import fs from 'node:fs'
import path from 'node:path'
import { buildProcesses, buildWeb, generate, install, ROOT, runNode } from '../steps.mjs'
import { checkDisk, checkPorts } from './checks.mjs'
import { explain, say, sinceStart, stage } from './console.mjs'
import { loadKeys } from './keys.mjs'
import { takeLock } from './lock.mjs'
import { waitUntilReady } from './ready.mjs'
import { readSettings } from './settings.mjs'
import { Supervisor } from './supervisor.mjs'

/** Last started, first stopped; traffic before what it calls, Postgres after all that writes. */
const STOP_ORDER = ['traffic', 'web', 'engine', 'cluster', 'postgres']

// A terminal that is gone must not end us before everything is stopped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

function onEndWanted(callback) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => callback(signal))
  if (!process.env.npm_lifecycle_event) return
  // npm ends its shell but not us when it is told to end: notice that the shell is gone.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && callback('npm ended'), 250).unref()
}

async function prepareClone(signal) {
  await stage('Install packages', () => install(signal))
  await stage('Generate the database client', () => generate(signal))
}

async function startPostgres(database, supervisor, env, signal) {
  if (!database.keeper) return
  const keeper = supervisor.start('postgres', { ...database.keeper, env })
  await new Promise((resolve, reject) => {
    keeper.once('message', resolve)
    keeper.once('exit', () => reject(new Error(supervisor.tail('postgres') || 'PostgreSQL did not start')))
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  await database.prepare()
}

async function prepareDatabase(settings, keys, supervisor, signal) {
  await stage('Build the processes', () => buildProcesses(signal))
  // These need packages that only now are installed.
  const { openDatabase } = await import('./database.mjs')
  const { environments } = await import('./environment.mjs')
  const { isMigrated } = await import('../database.mjs')
  let env
  await stage('Start the database', async () => {
    const database = await openDatabase(settings, keys)
    env = environments(settings, keys, database.appUrl)
    env.migrate = { ...process.env, DATABASE_URL: database.ownerUrl }
    await startPostgres(database, supervisor, env.postgres, signal)
    return database.what
  })
  await stage('Migrate the database', async () => {
    if (await isMigrated(env.migrate.DATABASE_URL, path.join(ROOT, 'prisma/migrations'))) return false
    await runNode('scripts/prisma.mjs', ['migrate', 'deploy'], { env: env.migrate, quiet: true, signal })
  })
  const seed = ['dist/seed.mjs', settings.empty ? ['--empty'] : []]
  const title = settings.empty ? 'Prepare the first admin' : 'Prepare the example workspace'
  let welcome
  await stage(title, async () => {
    welcome = await runNode(...seed, { env: env.seed, quiet: true, signal })
  })
  return { env, welcome: welcome.trim() }
}

function webSpec(settings, env) {
  const next = 'node_modules/next/dist/bin/next'
  return { file: next, args: [settings.dev ? 'dev' : 'start', '-H', settings.host, '-p', String(settings.port)], env: env.web }
}

async function startProcesses(settings, env, supervisor, signal) {
  await stage('Start local cluster, engine and web', async () => {
    supervisor.start('cluster', { file: 'dist/cluster.mjs', env: env.cluster })
    supervisor.start('engine', { file: 'dist/engine.mjs', env: env.engine })
    supervisor.start('web', webSpec(settings, env))
    await waitUntilReady(settings.localUrl, supervisor, ['cluster', 'engine', 'web'], signal)
  })
  if (!settings.empty) supervisor.start('traffic', { file: 'dist/traffic.mjs', env: env.traffic, mayFinish: true })
  if (!settings.dev) return
  const { watchBundles } = await import('../bundles.mjs')
  let first = true
  await watchBundles(async () => {
    if (!first) for (const name of ['traffic', 'engine', 'cluster']) await supervisor.restart(name)
    first = false
  })
}

function greet(settings, welcome) {
  say(`\nSlipway is ready after ${sinceStart()}:  ${settings.publicUrl}`)
  if (welcome) say(welcome.replace(/^/gm, '  '))
  say(`  Logs: ${path.join(path.relative(process.cwd(), settings.dataDir) || '.', 'logs')}. Ctrl-C stops everything; the data stays.\n`)
}

/** Runs `npm start` with these arguments until it is told to end. Sets the exit code. */
export async function main(args) {
  const ending = new AbortController()
  const failing = new AbortController()
  const signal = AbortSignal.any([ending.signal, failing.signal])
  let supervisor
  let lock
  const end = async (code) => {
    await supervisor?.stopAll(STOP_ORDER)
    lock?.release()
    if (supervisor) say('Stopped.')
    process.exit(code)
  }
  onEndWanted((why) => {
    if (!ending.signal.aborted) {
      say(`\nStopping (${why}) ...`)
      ending.abort(new Error('stopped'))
    } else if (why === 'SIGINT') supervisor?.killNow(STOP_ORDER.filter((name) => name !== 'postgres'))
  })
  try {
    const settings = readSettings(args)
    fs.mkdirSync(settings.dataDir, { recursive: true, mode: 0o755 })
    checkDisk(settings.dataDir)
    lock = await takeLock(settings.dataDir, settings.publicUrl)
    await checkPorts(settings)
    supervisor = new Supervisor({ logFolder: path.join(settings.dataDir, 'logs'), say, note: lock.note })
    await prepareClone(signal)
    // The longest two stages of a first start, side by side.
    const [{ env, welcome }] = await Promise.all([
      prepareDatabase(settings, loadKeys(settings.dataDir), supervisor, signal),
      settings.dev || stage('Build the web application', () => buildWeb(signal)),
    ])
    await startProcesses(settings, env, supervisor, signal)
    greet(settings, welcome)
  } catch (error) {
    failing.abort(error)
    if (!ending.signal.aborted) {
      console.error(`\n${explain(error)}`)
      await end(1)
    }
  }
  if (!ending.signal.aborted) await new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }))
  await end(0)
}
