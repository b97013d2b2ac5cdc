import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Result } from './result'

const FIRST_AIM_S = 120
const SECOND_AIM_S = 8
const PORT = 41_700

interface Running {
  child: ChildProcess
  seconds: number
}

/** Runs `npm start` in the folder and waits for its ready line. */
async function startIn(folder: string): Promise<Running> {
  const since = performance.now()
  const { DATABASE_URL, SLIPWAY_DATA_DIR, ...env } = process.env
  const child = spawn(process.execPath, ['scripts/start.mjs'], { cwd: folder, env: { ...env, PORT: String(PORT) } })
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk
      process.stderr.write(chunk)
      if (output.includes('ready after')) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('close', (code) => reject(new Error(`npm start ended with code ${code}`)))
  })
  return { child, seconds: (performance.now() - since) / 1000 }
}

async function stop({ child }: Running): Promise<void> {
  const gone = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGTERM')
  await gone
}

/** Proportional memory in MB of a process and all below it (Linux only). */
function memoryOf(pid: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
  const own = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024
  return own + children.reduce((sum, name) => sum + memoryOf(Number(name)), 0)
}

function parentOf(pid: string): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    // The process ended while we looked.
    return 0
  }
}

function memory(folder: string, supervisor: number): Result[] {
  if (process.platform !== 'linux') return []
  const data = path.join(folder, '.slipway')
  const { children } = JSON.parse(readFileSync(path.join(data, 'supervisor.json'), 'utf8')) as { children: { name: string; pid: number }[] }
  const named = children.map(({ name, pid }) => ({ name: name === 'postgres' ? 'postgres keeper' : name, pid }))
  const postmaster = Number(readFileSync(path.join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
  const all = [...named, { name: 'postgres', pid: postmaster }]
  const each = all.map(({ name, pid }) => ({ name: `memory of ${name} (with its children)`, value: Math.round(memoryOf(pid)), unit: 'MB' }))
  const others = children.reduce((sum, { pid }) => sum + memoryOf(pid), 0)
  return [...each, { name: 'memory of supervisor', value: Math.round(memoryOf(supervisor) - others), unit: 'MB' }]
}

/** A fresh clone of this commit, started for the first time (packages from npm's cache) and a second time; and what it holds. */
export async function run(): Promise<Result[]> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'slipway-bench-'))
  // As root the database runs as another user, who must be able to enter.
  chmodSync(home, 0o755)
  const folder = path.join(home, 'clone')
  let running: Running | undefined
  try {
    execFileSync('git', ['clone', '--quiet', '.', folder])
    running = await startIn(folder)
    const first = running.seconds
    const held = memory(folder, running.child.pid as number)
    await stop(running)
    running = await startIn(folder)
    const second = running.seconds
    return [
      { name: 'first start to ready, fresh clone', value: first, unit: 's', aim: `<= ${FIRST_AIM_S} s`, ok: first <= FIRST_AIM_S },
      { name: 'second start to ready', value: second, unit: 's', aim: `<= ${SECOND_AIM_S} s`, ok: second <= SECOND_AIM_S },
      ...held,
    ]
  } finally {
    if (running && running.child.exitCode === null) await stop(running)
    rmSync(home, { recursive: true, force: true })
  }
}
