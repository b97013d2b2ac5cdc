import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { freeRun } from './free-port.mjs'
import { EmbeddedPostgres } from './postgres.mjs'
import { stillRuns } from './start/process-id.mjs'
import { ROOT } from './steps.mjs'

interface Note {
  name: string
  pid: number
  start: string
}

const MINUTE = 60_000
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'slipway-start-'))
// As root the database runs as another user, who must be able to enter.
chmodSync(dataDir, 0o755)
const port = await freeRun()
const lockFile = path.join(dataDir, 'supervisor.json')
const started: ChildProcess[] = []

function start(command: string[] = [process.execPath, 'scripts/start.mjs'], env: Record<string, string> = {}) {
  const { PATH, HOME } = process.env
  const [program, ...args] = [...command, '--empty']
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { PATH, HOME, NODE_ENV: 'production', PORT: String(port), SLIPWAY_DATA_DIR: dataDir, ...env },
  })
  started.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const says = (text: string | RegExp) =>
    vi.waitFor(
      () => {
        expect(output).toMatch(text)
      },
      { timeout: 2 * MINUTE, interval: 100 },
    )
  return { child, ended, says, output: () => output }
}

function notes(): Note[] {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).children : []
}

function postgresPid() {
  return new EmbeddedPostgres({ folder: path.join(dataDir, 'postgres'), port: 1 }).pid
}

async function allGone(children: Note[]) {
  await vi.waitFor(
    () => {
      expect(children.filter(stillRuns)).toEqual([])
      expect(postgresPid()).toBeUndefined()
    },
    { timeout: 30_000, interval: 100 },
  )
}

async function isReady() {
  const answer = await fetch(`http://127.0.0.1:${port}/api/ready`)
  expect(answer.status).toBe(200)
}

afterAll(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL')
  await allGone(notes())
  rmSync(dataDir, { recursive: true, force: true })
})

describe('npm start', { timeout: 5 * MINUTE }, () => {
  test('starts everything, prints the address and the code for the first admin, and refuses a second start on the same data', async () => {
    const first = start()
    await first.says(/ready after .*http:\/\/127\.0\.0\.1/)
    await first.says(/\/setup with the one-time code [A-Z0-9]{4}(-[A-Z0-9]{4}){2}/)
    await isReady()
    expect(notes().map((note) => note.name)).toEqual(['postgres', 'cluster', 'engine', 'web'])
    const second = start(undefined, { PORT: String(port + 100) })
    expect(await second.ended).toBe(1)
    expect(second.output()).toContain(`process ${first.child.pid}`)
    const children = notes()
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    await allGone(children)
    expect(existsSync(lockFile)).toBe(false)
  })

  test('starts any process again that dies, PostgreSQL too', async () => {
    const { child, ended, says } = start()
    await says('ready after')
    for (const name of ['cluster', 'engine', 'web', 'postgres']) {
      const [before] = notes().filter((note) => note.name === name)
      process.kill(before.pid, 'SIGKILL')
      await vi.waitFor(() => expect(notes().find((note) => note.name === name)?.pid).not.toBe(before.pid), {
        timeout: 10_000,
        interval: 50,
      })
      await vi.waitFor(isReady, { timeout: 30_000, interval: 100 })
    }
    const server = postgresPid() as number
    process.kill(server, 'SIGKILL')
    await vi.waitFor(() => expect(postgresPid() ?? server).not.toBe(server), { timeout: 30_000, interval: 100 })
    await vi.waitFor(isReady, { timeout: 30_000, interval: 100 })
    const children = notes()
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    await allGone(children)
  })

  test('leaves no process behind when it is killed, and the next start goes on', async () => {
    const first = start()
    await first.says('ready after')
    const children = notes()
    expect(children).toHaveLength(4)
    first.child.kill('SIGKILL')
    // At once, while the orphans still end: the start waits for them.
    const second = start()
    await second.says('ready after')
    expect(children.filter(stillRuns)).toEqual([])
    const next = notes()
    second.child.kill('SIGTERM')
    await second.ended
    await allGone(next)
  })

  test('ends when npm is told to end', async () => {
    const npm = start(['npm', 'start', '--'])
    await npm.says('ready after')
    const children = notes()
    npm.child.kill('SIGTERM')
    await npm.ended
    await allGone(children)
  })

  test('names the port that is taken and how to choose another', async () => {
    const taken = net.createServer().listen(port + 1, '127.0.0.1')
    try {
      const { ended, output } = start()
      expect(await ended).toBe(1)
      expect(output()).toContain(`Port ${port + 1} (engine)`)
      expect(output()).toContain('PORT=4000 npm start')
    } finally {
      taken.close()
    }
  })

  test('says what is wrong with its options', async () => {
    const { ended, output } = start([process.execPath, 'scripts/start.mjs', '--example'])
    expect(await ended).toBe(1)
    expect(output()).toContain('"--example" is not known')
  })
})
