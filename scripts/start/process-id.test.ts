import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { bootedAt, isAlive, noteOf, runsOn } from './process-id.mjs'

let child: ChildProcess | undefined

async function started(): Promise<number> {
  child = spawn(process.execPath, ['-e', 'process.stdout.write("on"); setInterval(() => undefined, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  return child.pid as number
}

async function ended(): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

afterEach(ended)

describe.each(['linux', 'win32'] as const)('a noted process, the way of %s', (platform) => {
  it('runs until it has ended', async () => {
    const note = noteOf(await started(), platform)
    expect(runsOn(platform, note)).toBe(true)
    expect(isAlive(note.pid)).toBe(true)
    await ended()
    expect(runsOn(platform, note)).toBe(false)
    expect(isAlive(note.pid)).toBe(false)
  })

  it('is another when the machine has begun anew, or its pid was given on', async () => {
    const pid = await started()
    const earlier = platform === 'win32' ? `boot ${bootedAt() - 3_600}` : '1'
    expect(runsOn(platform, { pid, start: earlier })).toBe(false)
    expect(runsOn(platform, { pid, start: undefined })).toBe(false)
  })
})

it('a clock that is set by some seconds makes no other boot', async () => {
  const pid = await started()
  expect(runsOn('win32', { pid, start: `boot ${bootedAt() - 20}` })).toBe(true)
})

it("another user's process counts as alive", () => {
  expect(isAlive(1)).toBe(true)
})
