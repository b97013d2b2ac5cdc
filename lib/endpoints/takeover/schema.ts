import { z } from 'zod'

/**
 * Why nothing is written for an endpoint. `rescue`: somebody ran `npm run rescue`; `hand`: somebody called the cluster's API; `writer`: another writer, not
 * known; `older-database`: the database was restored from a backup, and what runs is later.
 */
const READ_ONLY_KINDS = ['rescue', 'hand', 'writer', 'older-database'] as const

/** What is known of it, as it is stored. `at`: ms since epoch. */
export const ReadOnly = z.object({
  kind: z.enum(READ_ONLY_KINDS),
  at: z.number(),
  /** The operating system's user of a rescue, and the host; null: not known. */
  by: z.string().nullable(),
  host: z.string().nullable(),
  /** Clusters that hold what is not ours, with what they hold. */
  clusters: z.array(z.object({ clusterId: z.uuid(), cluster: z.string(), fence: z.number(), generation: z.number() })),
})
export type ReadOnly = z.infer<typeof ReadOnly>

/** A person's answer to it. */
export const AnswerTakeover = z.object({ endpointId: z.uuid(), reason: z.string().max(500).default('') })

/** What a page says of an endpoint that is not written to. Times are ISO texts. */
export interface TakeoverView {
  endpointId: string
  model: string
  environment: string
  /** null: it cannot be read. */
  kind: ReadOnly['kind'] | null
  /** Why something that is stored of the endpoint cannot be read: then nobody can answer here. */
  unreadable: string | null
  since: string
  /** When it was done by hand, where that is known; else when the engine saw it. */
  at: string
  by: string | null
  host: string | null
  clusters: string[]
  /** The version that takes all traffic on those clusters; null: it is split, or not known here. */
  routed: number | null
  may: boolean
}
