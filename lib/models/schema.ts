import * as z from 'zod'
import { DATA_CLASSES, MOST_SEGMENTS, RISKS, TASKS } from './words'

/** What stands in an address: lower-case letters, digits and dashes. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'Lower-case letters, digits and dashes, at most 63, beginning with a letter or digit.')

export const DataClass = z.enum(DATA_CLASSES)
export type DataClass = z.infer<typeof DataClass>

/** A new model. `team`: the slug of the team that owns it. */
export const CreateModel = z.object({
  team: Slug,
  slug: Slug,
  name: z.string().trim().min(1, 'Give it a name.').max(120),
  description: z.string().trim().max(2_000).default(''),
  task: z.enum(TASKS).default('binary'),
  dataClass: DataClass.default('internal'),
  risk: z.enum(RISKS).default('limited'),
})
export type CreateModel = z.infer<typeof CreateModel>

/** What of a model may change; its slug is its address and stays. */
export const EditModel = z.object({
  model: Slug,
  name: z.string().trim().min(1).max(120).optional(),
  description: z.string().trim().max(2_000).optional(),
  dataClass: DataClass.optional(),
  risk: z.enum(RISKS).optional(),
})

/**
 * A part of a model's requests that is judged by itself: those whose `feature` (by its name in the baseline) lies in [from, to), or, without a feature, those
 * that come with the header `x-slipway-segment: NAME`. A request is in the first that it fits. Below `minRequests` of the candidate it is not judged by itself.
 */
export const Segment = z
  .object({
    id: z.number().int().min(1).max(1_000),
    name: z.string().trim().min(1).max(60),
    feature: z.string().min(1).max(200).optional(),
    from: z.number().optional(),
    to: z.number().optional(),
    minRequests: z.number().int().min(1).max(1_000_000).default(200),
  })
  .refine((segment) => segment.feature !== undefined || (segment.from === undefined && segment.to === undefined), {
    path: ['feature'],
    message: 'A range needs the feature that it is of.',
  })
export type Segment = z.infer<typeof Segment>
export const Segments = z
  .array(Segment)
  .max(MOST_SEGMENTS, `At most ${MOST_SEGMENTS} segments.`)
  .refine((list) => new Set(list.map((segment) => segment.id)).size === list.length, 'Two segments have the same id.')
  .refine((list) => new Set(list.map((segment) => segment.name)).size === list.length, 'Two segments have the same name.')

/**
 * Replaces a model's segments. Rollouts that run keep those that their plan froze. Here an empty range is refused, and not where segments are read: stored plans
 * may hold one, and must stay readable.
 */
export const SetSegments = z.object({ model: Slug, segments: Segments }).superRefine(({ segments }, context) => {
  for (const [i, { from, to }] of segments.entries())
    if (from !== undefined && to !== undefined && from >= to)
      context.addIssue({ code: 'custom', path: ['segments', i, 'to'], message: `More than ${from}, so that requests can lie in it.` })
})
export type SetSegments = z.infer<typeof SetSegments>

const VERSION_STATUS = ['pending', 'ready', 'failed'] as const
export const VersionStatus = z.enum(VERSION_STATUS)
export type VersionStatus = z.infer<typeof VersionStatus>

/** A list of models: search in name and slug; `status` is that of the newest version, `none` for a model without one. */
export const ListModels = z.object({
  q: z.string().trim().max(120).default(''),
  team: Slug.or(z.literal('')).default(''),
  status: z.enum(['', 'none', ...VERSION_STATUS]).default(''),
  sort: z.enum(['name', 'newest']).default('name'),
  after: z.string().max(400).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(25),
})
export type ListModels = z.infer<typeof ListModels>

export interface ModelRow {
  id: string
  slug: string
  name: string
  description: string
  team: { slug: string; name: string }
  task: string
  versions: number
  latest: { number: number; status: VersionStatus; at: string } | null
  aliases: { name: string; number: number }[]
  live: { environment: string; number: number }[]
  createdAt: string
}

/** An endpoint as the model's page shows it. */
export interface ModelEndpoint {
  id: string
  environment: { slug: string; name: string; kind: string }
  live: { id: string; number: number } | null
}

export interface ModelDetail {
  id: string
  slug: string
  name: string
  description: string
  team: { id: string; slug: string; name: string }
  task: string
  dataClass: string
  risk: string
  segments: Segment[]
  createdAt: string
  versions: number
  endpoints: ModelEndpoint[]
  /** Who may do it: the actor holds the permission in this model's team. */
  may: { register: boolean; moveAlias: boolean; launch: boolean }
}
