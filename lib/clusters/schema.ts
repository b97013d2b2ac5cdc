import * as z from 'zod'

export const LOCATIONS = ['cloud', 'on-prem'] as const
export const Location = z.enum(LOCATIONS)
export type Location = z.infer<typeof Location>

const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'Lower-case letters, digits and dashes, at most 63, beginning with a letter or digit.')
const Address = z
  .url({ protocol: /^https?$/, error: 'An address such as http://127.0.0.1:3002.' })
  .max(300)
  .transform((address) => address.replace(/\/+$/, ''))

/** Where a local cluster is reached: its admin API, and the address that callers use. */
export const LocalConfig = z.object({ adminUrl: Address, publicUrl: Address })
export type LocalConfig = z.infer<typeof LocalConfig>

/** A local cluster to be registered. `adminToken` is sealed by the engine before it is stored, and never shown again. */
export const AddCluster = LocalConfig.extend({
  name: Name,
  location: Location,
  adminToken: z.string().min(16, 'The admin token has at least 16 characters.').max(4_000),
})
export type AddCluster = z.infer<typeof AddCluster>

/** Another address, place or admin token; what is left out stays. */
export const EditCluster = z.object({
  clusterId: z.uuid(),
  location: Location.optional(),
  adminUrl: Address.optional(),
  publicUrl: Address.optional(),
  adminToken: z.string().min(16, 'The admin token has at least 16 characters.').max(4_000).optional(),
})

export const ClusterId = z.object({ clusterId: z.uuid() })

/** What a probe or an observation last said of a cluster. */
export const Health = z.object({ ok: z.boolean(), text: z.string(), at: z.string() })
export type Health = z.infer<typeof Health>

export interface ClusterRow {
  id: string
  name: string
  driver: string
  location: Location
  adminUrl: string | null
  publicUrl: string | null
  /** As last observed; null: never. */
  health: Health | null
  /** When the cluster last wrote or answered; null: never. */
  seenAt: string | null
  environments: { slug: string; name: string; wave: number }[]
}
