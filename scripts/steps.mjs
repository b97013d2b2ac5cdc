// The steps that make a clone runnable. Each is done again only when what it is made from has changed. Node built-ins only.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

export const ROOT = path.resolve(import.meta.dirname, '..')
const STAMPS = path.join(ROOT, 'node_modules', '.slipway-stamps.json')
const IGNORED = new Set(['lib/generated', 'node_modules', '.next', 'dist', '.slipway'])

function hashOf(paths) {
  const hash = createHash('sha256')
  const walk = (name) => {
    const file = path.join(ROOT, name)
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (!stat || IGNORED.has(name) || /\.(test|spec)\.tsx?$/.test(name)) return
    if (stat.isDirectory()) for (const entry of fs.readdirSync(file).sort()) walk(path.posix.join(name, entry))
    else hash.update(name).update('\0').update(fs.readFileSync(file))
  }
  for (const name of paths) walk(name)
  return hash.digest('hex')
}

function readStamps() {
  return fs.existsSync(STAMPS) ? JSON.parse(fs.readFileSync(STAMPS, 'utf8')) : {}
}

/** Runs a program in the root; throws when it fails. `npm` is a shell script on Windows. */
export function run(program, args, { env = process.env, quiet = false } = {}) {
  const shell = process.platform === 'win32' && program === 'npm'
  const result = spawnSync(program, args, {
    cwd: ROOT,
    env,
    shell,
    encoding: 'utf8',
    stdio: quiet ? 'pipe' : ['ignore', 'inherit', 'inherit'],
  })
  if (result.status === 0) return
  const output = quiet ? `\n${result.stdout ?? ''}${result.stderr ?? ''}` : ''
  throw new Error(`${program} ${args.join(' ')} failed (${result.error?.message ?? result.signal ?? `code ${result.status}`})${output}`)
}

export function runNode(file, args = [], options = {}) {
  run(process.execPath, [file, ...args], options)
}

function once({ name, from, made, work }) {
  const key = hashOf(from)
  if (readStamps()[name] === key && made.every((file) => fs.existsSync(path.join(ROOT, file)))) return false
  work()
  fs.writeFileSync(STAMPS, `${JSON.stringify({ ...readStamps(), [name]: key }, null, 2)}\n`)
  return true
}

/** Installs the packages of the lock file. NODE_ENV=production would leave out what the build and the tests need. */
export function install() {
  const { NODE_ENV, ...env } = process.env
  const work = () => run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env })
  return once({ name: 'install', from: ['package-lock.json', '.npmrc'], made: ['node_modules/next/package.json'], work })
}

/** Generates the Prisma client into lib/generated. */
export function generate() {
  const work = () => runNode('scripts/prisma.mjs', ['generate'], { quiet: true })
  const from = ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json']
  return once({ name: 'generate', from, made: ['lib/generated/prisma/client.ts'], work })
}

const SOURCES = ['lib', 'prisma/schema.prisma', 'package-lock.json', 'tsconfig.json']

/** Bundles the processes (engine, local cluster, model server, traffic, seed) into dist/. */
export function buildProcesses() {
  const work = () => runNode('scripts/build.mjs', ['--processes'])
  const from = [...SOURCES, 'prisma', 'examples', 'scripts/build.mjs', 'scripts/bundles.mjs']
  return once({ name: 'processes', from, made: ['dist/engine.mjs'], work })
}

/** Builds the web application into .next/. */
export function buildWeb() {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  const work = () => runNode('node_modules/next/dist/bin/next', ['build'], { env, quiet: true })
  const from = [...SOURCES, 'app', 'components', 'public', 'next.config.ts', 'postcss.config.mjs', 'proxy.ts', 'instrumentation.ts']
  return once({ name: 'web', from, made: ['.next/BUILD_ID'], work })
}
