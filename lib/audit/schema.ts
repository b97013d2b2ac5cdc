import { z } from 'zod'

const Text = z.string().trim().max(200, 'At most 200 characters.').optional()
const Time = z
  .string()
  .trim()
  .transform((text, context) => {
    if (text === '') return undefined
    // "2026-11-21T04:00" without a zone would be read in the server's own zone.
    const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`
    const at = new Date(zoned)
    if (!Number.isNaN(at.getTime())) return at
    context.addIssue({ code: 'custom', message: 'Give a date such as 2026-11-21, or a time such as 2026-11-21T04:00:00Z.' })
    return z.NEVER
  })
  .optional()

/** Filters of the trail as they stand in the address. Times without a zone are UTC. */
export const AuditFilter = z.object({
  /** Part of a name: who acted, or who was acted for. */
  who: Text,
  /** The beginning of a verb: "rollout" or "rollout.approve". */
  verb: Text,
  /** Kind, id or part of the name of what was acted on. */
  target: Text,
  /** The slug of one environment: what was done in it and to it. */
  environment: Text,
  from: Time,
  to: Time,
  cursor: Text,
})
export type AuditFilter = z.infer<typeof AuditFilter>

/** One act. `signedInAs`: who really sat there, when that was another account of the example. */
export interface AuditRow {
  id: string
  at: string
  who: string
  whoKind: string
  signedInAs: string | null
  verb: string
  targetKind: string
  targetId: string
  targetName: string
  team: string | null
  environment: string | null
  detail: { label: string; value: string }[]
  requestId: string
}

export interface AuditPage {
  rows: AuditRow[]
  nextCursor: string | null
}
