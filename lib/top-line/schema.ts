import { z } from 'zod'
import { RANGES, type Range } from '@/lib/monitoring/ranges'
import { flat, type Search, type TopLine } from './line'

const DATE = /^\d{4}-\d\d-\d\d$/

/** A time of the address: "2026-11-21" (UTC), or "2026-11-21T04:00:00Z". */
const instant = z
  .string()
  .transform((text) => (DATE.test(text) ? `${text}T00:00:00Z` : text))
  .pipe(z.iso.datetime({ offset: true, error: 'Give a time as 2026-11-21T04:00:00Z, or a day as 2026-11-21.' }))

/** The top line's parameters as they stand in an address. */
const Params = z.object({
  environment: z.string().trim().max(63, 'The name of an environment has at most 63 characters.').optional(),
  range: z.enum(Object.keys(RANGES) as [Range, ...Range[]], { error: `Give one of ${Object.keys(RANGES).join(', ')}.` }).optional(),
  from: instant.optional(),
  to: instant.optional(),
})

/** Reads the top line from an address. `wrong`: what of it cannot be read, in words; that part is left out, the rest counts. */
export function readTopLine(search: Search): { line: TopLine; wrong: string | null } {
  const given = flat(search)
  const read = Params.safeParse(given)
  if (read.success) return { line: read.data, wrong: null }
  const bad = new Set(read.error.issues.map((issue) => String(issue.path[0])))
  const rest = Object.fromEntries(Object.entries(given).filter(([key]) => !bad.has(key)))
  const [first] = read.error.issues
  return { line: Params.parse(rest), wrong: `"${given[String(first?.path[0])]}" in the address cannot be read. ${first?.message}` }
}

/** The span of time that is asked for, open where nothing is; `otherwise` counts where the address asks for no time. */
export function spanAsked({ range, from, to }: TopLine, now: Date, otherwise?: Range): { from?: Date; to?: Date } {
  if (from || to) return { ...(from ? { from: new Date(from) } : {}), ...(to ? { to: new Date(to) } : {}) }
  const last = range ?? otherwise
  return last ? { from: new Date(now.getTime() - RANGES[last] * 1_000) } : {}
}
