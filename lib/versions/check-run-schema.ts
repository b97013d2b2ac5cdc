import * as z from 'zod'

/** What a check run saw. Times in ms, memory in bytes; `source`: the version's own sample, or rows made from the signature. */
export const CheckRun = z.object({
  at: z.string(),
  ok: z.boolean(),
  /** Why it failed, a sentence; null when it passed. */
  reason: z.string().nullable(),
  source: z.enum(['sample', 'synthetic']),
  rows: z.number().int(),
  errors: z.number().int(),
  loadMs: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  output: z.object({ name: z.string(), min: z.number(), max: z.number(), notFinite: z.number().int() }).nullable(),
  /** Measured on the labelled rows of the sample; null without labels. `cost`: per 1,000 rows, in false alarms, by the threshold's ratio. */
  quality: z
    .object({
      n: z.number().int(),
      positives: z.number().int(),
      accuracy: z.number().nullable(),
      auc: z.number().nullable(),
      brier: z.number().nullable(),
      cost: z.number().nullable(),
    })
    .nullable(),
  /** The last lines that the model server wrote. */
  log: z.array(z.string()).max(50),
})
export type CheckRun = z.infer<typeof CheckRun>
