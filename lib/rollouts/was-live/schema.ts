import { z } from 'zod'

/** The moment that is asked for: a time with or without zone (then UTC); empty is now. */
export const AskWasLive = z.object({
  at: z
    .string()
    .trim()
    .default('')
    .transform((text, context) => {
      if (text === '') return null
      const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`
      const at = new Date(zoned)
      if (!Number.isNaN(at.getTime())) return at
      context.addIssue({ code: 'custom', message: 'Give a time such as 2026-11-21T04:00 (UTC), or 2026-11-21T04:00:00+01:00.' })
      return z.NEVER
    }),
})

/** What was live on one endpoint at a moment, and who decided. Times are ISO texts. */
export interface WasLiveRow {
  endpointId: string
  model: string
  /** null: no version was live, or none was promoted there on record before, or since it was retired. */
  version: number | null
  digest: string | null
  /** Since when, by which rollout. null: nothing was promoted there on record before, or since it was retired. */
  since: string | null
  rolloutId: string | null
  strategy: string | null
  launchedBy: string | null
  approvedBy: string[]
  /** Who let it have all traffic: a person who promoted it, else the engine by the plan's gates. */
  promotedBy: string | null
  /** When it was retired last, where nothing was promoted there since. */
  retired: { at: string; by: string } | null
  /** A rollout that was under way then: the candidate's basis points as they were wished on each cluster. */
  underWay: {
    rolloutId: string
    version: number | null
    launchedBy: string
    approvedBy: string[]
    weights: { cluster: string; weight: number }[]
  } | null
  /** The last candidate that was sent back since this version was live. */
  sentBack: { rolloutId: string; version: number | null; at: string; by: string } | null
  /** All of it in one or two sentences. */
  sentence: string
}

export interface WasLive {
  environment: string
  at: string
  rows: WasLiveRow[]
}
