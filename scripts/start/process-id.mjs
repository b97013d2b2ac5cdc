import { spawnSync } from 'node:child_process'
import fs from 'node:fs'

/**
 * When a process began, as the system tells it (only to be compared with itself): a pid alone may have been given to another
 * program since. Undefined when it does not run, or is a zombie, or the system does not tell.
 */
export function startOf(pid) {
  if (process.platform === 'linux') {
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
export function stillRuns({ pid, start }) {
  return start !== undefined && startOf(pid) === start
}

export function noteOf(pid) {
  return { pid, start: startOf(pid) }
}
