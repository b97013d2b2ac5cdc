// The steps that make a clone runnable. Each is done again only when what it is made from has changed. Node built-ins only.
import { spawn } from 'node:child_process'
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

/**
 * Runs a program in the root; rejects when it fails. `quiet` shows its output only then, and resolves to its stdout. `signal` ends it.
 * `npm` is a shell script on Windows.
 */
export async function run(program, args, { env = process.env, quiet = false, signal } = {}) {
  const shell = process.platform === 'win32' && program === 'npm'
  const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit']
  const child = spawn(program, args, { cwd: ROOT, env, shell, stdio, signal })
  let output = ''
  let complaints = ''
  child.stdout?.on('data', (chunk) => (output += chunk))
  child.stderr?.on('data', (chunk) => (complaints += chunk))
  const why = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, killed) => resolve(code === 0 ? undefined : (killed ?? `code ${code}`)))
  })
  signal?.throwIfAborted()
  if (why) throw new Error([`${program} ${args.join(' ')} failed (${why})`, output.trim(), complaints.trim()].filter(Boolean).join('\n'))
  return output
}

export function runNode(file, args = [], options = {}) {
  return run(process.execPath, [file, ...args], options)
}

/** Does the work unless it was done from the same content before. Resolves to whether it was done now. */
async function once({ name, from, made, work }) {
  const key = hashOf(from)
  if (readStamps()[name] === key && made.every((file) => fs.existsSync(path.join(ROOT, file)))) return false
  await work()
  fs.writeFileSync(STAMPS, `${JSON.stringify({ ...readStamps(), [name]: key }, null, 2)}\n`)
  return true
}

// npm writes this file last: it is there, and equals the lock file, only after an install that went through.
function isInstalled() {
  const file = path.join(ROOT, 'node_modules', '.package-lock.json')
  if (!fs.existsSync(file)) return false
  const installed = JSON.parse(fs.readFileSync(file, 'utf8')).packages
  const locked = JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages
  return Object.entries(locked).every(([name, entry]) => name === '' || entry.optional || installed[name]?.version === entry.version)
}

/** Installs the packages of the lock file. NODE_ENV=production would leave out what the build and the tests need. */
export async function install(signal) {
  if (isInstalled()) return false
  const { NODE_ENV, ...env } = process.env
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env, signal })
  return true
}

/** Generates the Prisma client into lib/generated. */
export function generate(signal) {
  const work = () => runNode('scripts/prisma.mjs', ['generate'], { quiet: true, signal })
  const from = ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json']
  return once({ name: 'generate', from, made: ['lib/generated/prisma/client.ts'], work })
}

const SOURCES = ['lib', 'prisma/schema.prisma', 'package-lock.json', 'tsconfig.json']

/** Bundles the processes (engine, local cluster, model server, traffic, seed) into dist/. */
export function buildProcesses(signal) {
  const work = () => runNode('scripts/build.mjs', ['--processes'], { signal })
  const from = [...SOURCES, 'prisma', 'examples', 'scripts/build.mjs', 'scripts/bundles.mjs']
  return once({ name: 'processes', from, made: ['dist/engine.mjs'], work })
}

/** Builds the web application into .next/. */
export function buildWeb(signal) {
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  const work = () => runNode('node_modules/next/dist/bin/next', ['build'], { env, quiet: true, signal })
  const from = [...SOURCES, 'app', 'components', 'public', 'next.config.ts', 'postcss.config.mjs', 'proxy.ts', 'instrumentation.ts']
  return once({ name: 'web', from, made: ['.next/BUILD_ID'], work })
}
