import { z } from 'zod'

/** What the example's traffic process says of itself every few seconds. Rates are requests a second since its last report. */
export const ReportTraffic = z.object({
  endpoints: z
    .array(
      z.object({
        environment: z.string().max(100),
        cluster: z.string().max(100),
        perSecond: z.number().min(0),
        answered: z.number().int(),
        failed: z.number().int(),
      }),
    )
    .max(20),
  labelDelaySeconds: z.tuple([z.number(), z.number()]),
  /** The week that is replayed, and how often the replay has begun again. */
  round: z.number().int().min(1),
  week: z.number().int().min(0),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
})
export type ReportTraffic = z.infer<typeof ReportTraffic>

/** The example workspace as pages show it; null outside it. */
export interface ExampleState {
  traffic: (ReportTraffic & { seenAt: string }) | null
  /** The latest rollout of the slow model in `trial`, which begins by itself at first start. */
  slowRollout: { id: string; phase: string; headline: string } | null
  /** The latest rollout of the better model that waits for an approval, or else its latest. */
  betterRollout: { id: string; phase: string } | null
  /** The better model's version and where it is to be launched; null when it is no longer registered. */
  better: { model: string; version: number; environment: string } | null
}
