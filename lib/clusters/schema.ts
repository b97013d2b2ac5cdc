import * as z from 'zod'
import { KubernetesAccess, type KubernetesFacts, KubernetesUse, OtherAccess, OtherUse } from './kubernetes-schema'

const LOCATIONS = ['cloud', 'on-prem'] as const
export const Location = z.enum(LOCATIONS)
export type Location = z.infer<typeof Location>

const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'Lower-case letters, digits and dashes, at most 63, beginning with a letter or digit.')
const Address = z
  .url({ protocol: /^https?$/, error: 'An address such as http://127.0.0.1:3002.' })
  .max(300, 'An address of at most 300 characters.')
  .transform((address) => address.replace(/\/+$/, ''))

/** Where a local cluster is reached: its admin API, and the address that callers use. */
export const LocalConfig = z.object({ adminUrl: Address, publicUrl: Address })
export type LocalConfig = z.infer<typeof LocalConfig>

/** The kinds of cluster that people may add: those that the engine has a driver for. */
export const DRIVERS: readonly ('local' | 'kubernetes')[] = ['local', 'kubernetes']

/** The kind is `local` where none is said. */
const ofLocal = (input: unknown) =>
  typeof input === 'object' && input !== null && !('driver' in input) ? { ...input, driver: 'local' } : input
const AdminToken = z
  .string()
  .min(16, 'The admin token has at least 16 characters.')
  .max(4_000, 'The admin token has at most 4,000 characters.')

/** A cluster to be registered. Its secrets are sealed by the engine before they are stored, and never shown again. */
export const AddCluster = z.preprocess(
  ofLocal,
  z.discriminatedUnion('driver', [
    LocalConfig.extend({ driver: z.literal('local'), name: Name, location: Location, adminToken: AdminToken }),
    KubernetesUse.extend({ driver: z.literal('kubernetes'), name: Name, location: Location, access: KubernetesAccess }),
  ]),
)
export type AddCluster = z.infer<typeof AddCluster>

/** Another address, place or secret; what is left out stays. The kind of a cluster stays as it is. */
export const EditCluster = z.preprocess(
  ofLocal,
  z.discriminatedUnion('driver', [
    LocalConfig.partial().extend({
      driver: z.literal('local'),
      clusterId: z.uuid(),
      location: Location.optional(),
      adminToken: AdminToken.optional(),
    }),
    OtherUse.extend({
      driver: z.literal('kubernetes'),
      clusterId: z.uuid(),
      location: Location.optional(),
      access: OtherAccess.optional(),
    }),
  ]),
)
export type EditCluster = z.infer<typeof EditCluster>

/** Where callers reach a cluster, by its stored configuration; null: nobody said. */
export function callersUrl(config: unknown): string | null {
  return z.object({ publicUrl: z.string() }).safeParse(config).data?.publicUrl ?? null
}

export const ClusterId = z.object({ clusterId: z.uuid() })

/** What a probe last said of a cluster. `noMirror`: why it sends no copies of live requests, as the last probe that was answered said; null: it does; absent: none was. */
export const Health = z.object({ ok: z.boolean(), text: z.string(), at: z.string(), noMirror: z.string().nullish() })
export type Health = z.infer<typeof Health>

/** What a form may offer: the kinds, and whether the engine runs in a pod and so has a service account of its own. */
export interface ClusterOffers {
  drivers: readonly string[]
  inCluster: boolean
  /** There is an example workspace, which an address on another machine ends. */
  endsExample: boolean
}

export interface ClusterRow {
  id: string
  name: string
  driver: string
  location: Location
  /** Of a local cluster: its admin API. */
  adminUrl: string | null
  /** Where callers reach it; null: nobody said. */
  publicUrl: string | null
  /** Of a Kubernetes cluster. */
  kubernetes: KubernetesFacts | null
  /** As last observed; null: never. */
  health: Health | null
  /** When the cluster last wrote or answered; null: never. */
  seenAt: string | null
  environments: { slug: string; name: string; wave: number }[]
}
