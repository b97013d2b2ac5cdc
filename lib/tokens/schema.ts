import * as z from 'zod'
import { PERMISSIONS, type Permission } from '@/lib/auth/permissions'

/** What a token can never do: approve, make tokens that outlive it, or make people who could. */
const PEOPLE_ONLY: readonly Permission[] = ['rollout:approve', 'token:manage', 'member:manage']

/** What a token may be allowed to do. */
export const TOKEN_SCOPES = (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => !PEOPLE_ONLY.includes(permission))

export const TOKEN_DAYS_MAX = 366

export const CreateToken = z.object({
  name: z.string().trim().min(1, 'Say what the token is for, such as "deploy pipeline".').max(80, 'A name has at most 80 characters.'),
  /** null: all teams. */
  teamId: z.uuid().nullable(),
  scopes: z
    .array(z.enum(Object.keys(PERMISSIONS) as [Permission, ...Permission[]]))
    .min(1, 'Choose at least one permission.')
    .refine((scopes) => scopes.every((scope) => TOKEN_SCOPES.includes(scope)), `A token never holds ${PEOPLE_ONLY.join(', ')}.`),
  days: z.number().int().min(1, 'A token lives at least 1 day.').max(TOKEN_DAYS_MAX, `A token lives at most ${TOKEN_DAYS_MAX} days.`),
})
export const RevokeToken = z.object({ tokenId: z.uuid() })

/** A token as lists show it: never its secret. */
export interface TokenRow {
  id: string
  name: string
  prefix: string
  team: string | null
  scopes: string[]
  createdBy: string
  createdAt: string
  expiresAt: string
  lastUsedAt: string | null
  state: 'active' | 'expired' | 'revoked'
  /** The actor may revoke it. */
  revocable: boolean
}
