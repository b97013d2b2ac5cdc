import { z } from 'zod'
import { ROLES } from '@/lib/auth/permissions'

const DISTINCT = 5

export const Email = z.email('Give an email address, such as ada@example.org.').trim().toLowerCase().max(254)
const PersonName = z.string().trim().min(1, 'Give a name.').max(80, 'A name has at most 80 characters.')
/** Length is what makes a password hard to guess; nothing else is asked of it. */
export const Password = z
  .string()
  .min(12, 'A password has at least 12 characters. A sentence is easy to remember.')
  .max(200, 'A password has at most 200 characters.')
  .refine((text) => new Set(text).size >= DISTINCT, `Use at least ${DISTINCT} different characters.`)

/** A role and where it holds; null is everywhere. */
const Grant = z.object({
  role: z.enum(ROLES),
  teamId: z.uuid().nullable().default(null),
  environmentId: z.uuid().nullable().default(null),
})

export const InviteMember = Grant.extend({ email: Email, name: PersonName })
export const GrantRole = Grant.extend({ memberId: z.uuid() })
export const RevokeRole = z.object({ grantId: z.uuid() })
export const OneMember = z.object({ memberId: z.uuid() })
export const ChangePassword = z.object({ current: z.string().max(1024), password: Password })
export const SignOutEverywhere = z.object({})
export const SetPassword = z.object({
  code: z.string().trim().min(1, 'The code is missing: open the whole link.').max(100),
  password: Password,
})
export const FirstAdmin = z.object({
  code: z.string().trim().min(1, 'Give the one-time code from the terminal.').max(100),
  email: Email,
  name: PersonName,
  password: Password,
  team: z.string().trim().min(1, 'Give your first team a name.').max(80),
})

/** One grant as pages show it: null names mean everywhere. */
export interface GrantRow {
  id: string
  role: string
  teamId: string | null
  team: string | null
  environmentId: string | null
  environment: string | null
  /** The actor may take it away. */
  revocable: boolean
}

export interface MemberRow {
  id: string
  name: string
  email: string
  state: 'active' | 'invited' | 'no-password' | 'disabled'
  grants: GrantRow[]
  lastSignIn: string | null
  self: boolean
}
