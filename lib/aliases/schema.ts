import { z } from 'zod'
import { Slug } from '@/lib/models/schema'

/** A movable name of a version, such as `champion`. */
const AliasName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'An alias is lower-case letters, digits and dashes, beginning with a letter.')

export const SetAlias = z.object({
  model: Slug,
  name: AliasName,
  number: z.coerce.number().int().positive(),
  reason: z.string().trim().max(500).default(''),
})
export type SetAlias = z.infer<typeof SetAlias>

export const RemoveAlias = z.object({ model: Slug, name: AliasName, reason: z.string().trim().max(500).default('') })

export interface AliasRow {
  name: string
  number: number
  movedAt: string
  /** The environments whose rollouts move it: it is not moved by hand. */
  movedBy: string[]
}

/** One move; null numbers: it was made, or removed. */
export interface AliasMoveRow {
  id: string
  name: string
  from: number | null
  to: number | null
  actor: string
  rolloutId: string | null
  reason: string
  at: string
}
