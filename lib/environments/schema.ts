import * as z from 'zod'
import type { ClusterRow, Location } from '@/lib/clusters/schema'
import { DataClass, Slug } from '@/lib/models/schema'
import { Policy } from '@/lib/rollouts/schema'

export const KINDS = ['cloud', 'on-prem', 'hybrid'] as const
export const Kind = z.enum(KINDS)
export type Kind = z.infer<typeof Kind>

/** Which clusters serve it, by name, and in which wave each gets a new version: wave 1 first. */
export const Waves = z
  .array(z.object({ cluster: z.string().min(1), wave: z.coerce.number().int().min(1).max(20) }))
  .min(1, 'Choose at least one cluster.')
  .max(20)
  .refine((list) => new Set(list.map((item) => item.cluster)).size === list.length, 'Each cluster may be chosen once.')
export type Waves = z.infer<typeof Waves>

/** Addresses that pages of their own have. */
const RESERVED = ['new', 'clusters']

export const CreateEnvironment = z.object({
  slug: Slug.refine((slug) => !RESERVED.includes(slug), `An environment cannot be called ${RESERVED.join(' or ')}.`),
  name: z.string().trim().min(1, 'Give it a name.').max(120),
  kind: Kind,
  clusters: Waves,
  // What is left out is the default of its kind.
  /** The most sensitive data that it serves. */
  dataClass: DataClass.optional(),
  policy: Policy.optional(),
})
export type CreateEnvironment = z.infer<typeof CreateEnvironment>

/** Another name, or another class of the most sensitive data that it serves; what is left out stays. */
export const EditEnvironment = z.object({
  environment: Slug,
  name: z.string().trim().min(1, 'Give it a name.').max(120).optional(),
  dataClass: DataClass.optional(),
})
export const SetClusters = z.object({ environment: Slug, clusters: Waves })
export const ListEnvironments = z.object({ q: z.string().default(''), kind: z.string().default('') })
/** A new version of the policy. `basedOn`: the version that was on the screen; refused when somebody was faster. */
export const EditPolicy = z.object({ environment: Slug, basedOn: z.number().int().positive(), policy: Policy })
/** What an edit of the policy did. `proposal`: it loosens, so it waits for `needed` approvals; null: it is in effect. */
export interface PolicyEdited {
  id: string
  policyVersion: number
  proposal: { id: string; hash: string; loosens: string[]; needed: number } | null
}
export const RemoveEnvironment = z.object({ environment: Slug })

export interface EnvironmentRow {
  id: string
  slug: string
  name: string
  kind: Kind
  /** The most sensitive data that it serves. */
  dataClass: DataClass
  clusters: { name: string; location: Location; wave: number }[]
  /** null: the policy cannot be read; `unreadable` says why. */
  approvals: number | null
  unreadable: string | null
  endpoints: number
  policyVersion: number
  createdAt: string
}

export interface PolicyVersion {
  version: number
  policy: Policy
  author: string
  at: string
}

export interface EnvironmentDetail {
  id: string
  slug: string
  name: string
  kind: Kind
  /** The most sensitive data that it serves. */
  dataClass: DataClass
  createdAt: string
  clusters: (ClusterRow & { wave: number })[]
  policy: PolicyVersion
  /** Every version, newest first. */
  history: PolicyVersion[]
  endpoints: { id: string; model: { slug: string; name: string }; live: number | null }[]
  may: { manage: boolean }
}
