import type * as z from 'zod'

const POINTS = 100

/** What would be right, in a few words: "At least 1." `percent`: the field is typed as percent, and checked as a share. */
export function issueWords(issue: z.core.$ZodIssue, percent = false): string {
  const shown = (bound: number | bigint) => (percent ? `${Number((Number(bound) * POINTS).toPrecision(6))} %` : String(bound))
  if (issue.code === 'invalid_type' && issue.expected === 'number') return 'Type a number.'
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'Type a whole number.'
  if (issue.code === 'too_small' && issue.origin === 'number')
    return `${issue.inclusive ? 'At least' : 'More than'} ${shown(issue.minimum)}.`
  if (issue.code === 'too_big' && issue.origin === 'number') return `${issue.inclusive ? 'At most' : 'Less than'} ${shown(issue.maximum)}.`
  if (issue.code === 'too_small' && issue.origin === 'array') return `At least ${issue.minimum}.`
  if (issue.code === 'too_big' && issue.origin === 'array' && issue.path.length > 1) return `At most ${issue.maximum}.`
  return issue.message
}
