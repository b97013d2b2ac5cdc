import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { isAlive } from '@/scripts/start/process-id.mjs'
import { Program } from './program'
import { seen } from './seen'

// A program as stubborn as an API server without its etcd: it writes down its pid and ignores SIGTERM.
const STUBBORN = `
  process.on('SIGTERM', () => undefined)
  setInterval(() => undefined, 1_000)
  require('node:fs').writeFileSync(process.argv[1], String(process.pid))
`

const folder = () => mkdtempSync(path.join(os.tmpdir(), 'slipway-program-'))
let starter: ChildProcess | undefined
afterEach(() => starter?.kill('SIGKILL'))

test('a program ends, and its folder is removed, when the process that started it is killed with -9', async () => {
  const [work, note] = [folder(), path.join(folder(), 'pid')]
  const run = `
    const { spawn } = require('node:child_process')
    const args = [${JSON.stringify(path.resolve('tools/k8s/keeper.mjs'))}, ${JSON.stringify(work)}, process.execPath, '-e', ${JSON.stringify(STUBBORN)}, ${JSON.stringify(note)}]
    spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], detached: true })
  `
  starter = spawn(process.execPath, ['-e', run], { stdio: 'ignore' })
  const pid = await seen('its pid', 20, async () => existsSync(note) && Number(readFileSync(note, 'utf8')))
  expect(isAlive(pid)).toBe(true)
  starter.kill('SIGKILL')
  await seen('its end', 20, async () => !isAlive(pid))
  await seen('its folder gone', 20, async () => !existsSync(work))
  rmSync(path.dirname(note), { recursive: true })
})

test('a program that ends before it is ready fails with the last lines that it wrote', async () => {
  const work = folder()
  const program = new Program('talker', work, process.execPath, ['-e', 'console.error("no such flag"); process.exit(3)'])
  await expect(program.ready(20, async () => false)).rejects.toThrow(/talker ended\. It wrote last:\nno such flag/)
  rmSync(work, { recursive: true })
})
