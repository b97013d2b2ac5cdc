import * as z from 'zod'

/**
 * `agrees`: what was counted does not contradict the weights; `off`: it does; `by-key`: requests with routing keys hang together, so that their share proves nothing;
 * `quiet`: counters report, and nothing came; `early`: the weights are too new to be compared; `unverified`: nothing counts, or not all of it, and no number is told.
 */
const WitnessState = z.enum(['agrees', 'off', 'by-key', 'quiet', 'early', 'unverified'])

const Count = z.number().int().nonnegative()

/** What one witness counted of an endpoint on a cluster from `from` to `to` (ms), against the acknowledged weights. */
export const Witness = z.object({
  /** `windows`: our own counters. */
  by: z.string().max(40),
  state: WitnessState,
  from: z.number(),
  to: z.number(),
  /** Requests, all versions together; pinned ones are apart. */
  n: Count,
  /** Requests among them that were assigned by an older wish. */
  older: Count,
  pinned: Count,
  arms: z.array(
    z.object({
      versionId: z.string(),
      /** null: a version that is not known. */
      number: z.number().int().nullable(),
      n: Count,
      /** Acknowledged, basis points. */
      weight: z.number().int().min(0).max(10_000),
      off: z.enum(['more', 'less']).nullable(),
    }),
  ),
  /** Why it is unverified; else empty. */
  reason: z.string(),
})
export type Witness = z.infer<typeof Witness>
export type CountedArm = Witness['arms'][number]

/** `endpoint_cluster.counted`: what all witnesses say under the wish of this generation. */
export const Counted = z.object({ generation: z.number().int(), witnesses: z.array(Witness).max(4) })
export type Counted = z.infer<typeof Counted>
