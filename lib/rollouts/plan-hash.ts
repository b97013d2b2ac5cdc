import { createHash } from 'node:crypto'
import type { PlanDocument } from './schema'

/** What an approval is bound to: the hash of the plan's document. */
export function planHash(plan: PlanDocument): string {
  return documentHash(plan)
}

/** SHA-256 (hex) of a document's canonical JSON: keys sorted, no spaces. */
export function documentHash(document: object): string {
  return createHash('sha256').update(canonical(document)).digest('hex')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`).join(',')}}`
}
