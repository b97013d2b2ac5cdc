import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'

/** Two readings of when the machine began may differ by this much: its clock is set now and then. Seconds. */
export const CLOCK_SET = 60

/** Says whether a process of this pid runs, whoever's it is. The same on every system. */
export function isAlive(pid) {
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** When this machine began, in seconds since 1970. */
export function bootedAt() {
  return Math.round(Date.now() / 1000 - os.uptime())
}

/**
 * When a process began, as the system tells it (only to be compared with itself): a pid alone may have been given to another
 * program since. Undefined when it does not run, or is a zombie. Windows has no quick way to ask: there it is "boot" and when the machine began.
 */
function startOf(pid, platform = process.platform) {
  if (platform === 'win32') return isAlive(pid) ? `boot ${bootedAt()}` : undefined
  if (platform === 'linux') {
    try {
      // The name, in parentheses, may hold anything: count the fields after it. State is the first, start time the twentieth.
      const fields = fs
        .readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      return fields[0] === 'Z' ? undefined : fields[19]
    } catch {
      return undefined
    }
  }
  const result = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
  return result.stdout?.trim() || undefined
}

/** Says whether the process noted as `{ pid, start }` still runs. */
export function stillRuns(note) {
  return runsOn(process.platform, note)
}

export function runsOn(platform, { pid, start }) {
  if (start === undefined) return false
  const now = startOf(pid, platform)
  const [then, since] = [start, now ?? ''].map((text) => /^boot (\d+)$/.exec(text)?.[1])
  return then && since ? Math.abs(Number(then) - Number(since)) <= CLOCK_SET : now === start
}

export function noteOf(pid, platform = process.platform) {
  return { pid, start: startOf(pid, platform) }
}
