import { readFileSync } from 'node:fs'

/** Requests in a spool file, whose rows are cumulative. A last line that is still being written is none yet. */
export function spooledIn(file: string): number {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const rows = new Map<string, number>()
  for (const line of lines) for (const { versionId, role, slot, n } of JSON.parse(line).windows) rows.set(`${versionId} ${role} ${slot}`, n)
  return [...rows.values()].reduce((a, b) => a + b, 0)
}
