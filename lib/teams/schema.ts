import { z } from 'zod'

const Name = z.string().trim().min(1, 'Give the team a name.').max(80, 'A name has at most 80 characters.')
export const Slug = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'Lower-case letters, digits and dashes, a letter first, at most 63: it stands in addresses.')

export const CreateTeam = z.object({ name: Name, slug: Slug })
export const RenameTeam = z.object({ teamId: z.uuid(), name: Name })

/** A team as lists show it. */
export interface TeamRow {
  id: string
  slug: string
  name: string
  members: number
  models: number
  createdAt: string
}
