import { z } from 'zod'

/** One confirmation covers at most so many endpoints. */
export const BULK_MAX = 200

/** Which endpoints, and where to. `at` missing: to the version before; else to the versions that were live then. */
export const PreviewReturns = z.object({
  q: z.string().trim().max(120).default(''),
  environment: z.string().max(63).default(''),
  at: z.union([z.literal(''), z.iso.datetime({ offset: true, error: 'A time such as 2026-11-21T02:00:00Z.' })]).default(''),
})

/** Several endpoints, each to the version that the preview named. */
export const BeginBulkReturn = z.object({
  at: z.iso.datetime({ offset: true }).nullable().default(null),
  reason: z.string().trim().max(500).default(''),
  items: z
    .array(z.object({ endpointId: z.uuid(), version: z.number().int().positive() }))
    .min(1, 'Choose at least one endpoint.')
    .max(BULK_MAX, `At most ${BULK_MAX} endpoints at once.`)
    .refine((items) => new Set(items.map((item) => item.endpointId)).size === items.length, 'Each endpoint may be named once.'),
})

/** One endpoint of a bulk return. */
export const BulkItem = z.object({ bulkId: z.uuid(), endpointId: z.uuid() })

/** What would happen to one endpoint. */
export interface ReturnPreview {
  endpointId: string
  model: string
  environment: string
  from: number | null
  /** null: there is no version to return to; `says` why. */
  to: number | null
  /** Loaded and ready on every cluster: traffic goes at once. null: nothing to say. */
  warm: boolean | null
  /** Seconds that the version took to be ready, as measured before; null: never measured. 0 where it is warm. */
  seconds: number | null
  /** A rollout under way that ends by it; or why it cannot be returned. */
  says: string | null
  may: boolean
}

export type ItemState = 'waiting' | 'refused' | 'returning' | 'done' | 'ended'

/** One endpoint of a bulk return, and how far it is. */
export interface BulkItemView {
  endpointId: string
  model: string
  environment: string
  from: number | null
  to: number
  state: ItemState
  rolloutId: string | null
  refused: string | null
  undo: { rolloutId: string | null; refused: string | null } | null
  /** It may be undone: this bulk return moved it, and nobody touched it since. */
  undoable: boolean
}

/** The page of a bulk return. Times are ISO texts. */
export interface BulkReturnView {
  id: string
  at: string | null
  reason: string
  author: string
  createdAt: string
  undoneAt: string | null
  items: BulkItemView[]
}

/** The time that a form sent ("2026-11-21T02:00", UTC) or an address holds; `at` null: none was asked for. */
export function asked(written: string): { at: string | null; wrong: string | null } {
  if (written === '') return { at: null, wrong: null }
  const time = Date.parse(/Z|[+-]\d\d:\d\d$/.test(written) ? written : `${written}Z`)
  if (Number.isNaN(time)) return { at: null, wrong: 'A time such as 2026-11-21T02:00.' }
  return { at: new Date(time).toISOString(), wrong: null }
}
