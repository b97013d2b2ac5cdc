import { z } from 'zod'
import { ObservedEndpoint } from '@/lib/endpoints/wish'

/** The admin API's answers: /v1/clusters/NAME and below, bearer admin token. */
export const LogLine = z.object({ at: z.number(), replica: z.string(), stream: z.enum(['stdout', 'stderr', 'event']), text: z.string() })
export const Logs = z.object({ lines: z.array(LogLine) })

export const ChangeLine = z.object({ kind: z.enum(['start', 'stop', 'weight', 'keys', 'mirror', 'none']), text: z.string() })
export const Preview = z.object({ changes: z.array(ChangeLine) })

/** `now`: the corrected clock; `offsetMs`: Postgres time minus this machine's, null before the first answer of the web. Each endpoint is read for itself. */
export const Endpoints = z.object({
  now: z.number(),
  offsetMs: z.number().nullable(),
  endpoints: z.array(z.looseObject({ endpointId: z.string() })),
})
export const Applied = z.object({ observed: ObservedEndpoint })

export const ClusterState = z.object({
  name: z.string(),
  version: z.string(),
  boot: z.string(),
  gatewayPort: z.number(),
  now: z.number(),
  offsetMs: z.number().nullable(),
  endpoints: z.number(),
  telemetry: z.object({
    state: z.string(),
    reason: z.string().nullable(),
    reportedTo: z.number().nullable(),
    spoolBytes: z.number(),
    droppedRows: z.number(),
    refusedRequests: z.number(),
  }),
  problems: z.array(z.string()),
})

/** A refusal: `stale` and `conflict` tell what is there. */
export const AdminProblem = z.object({
  code: z.string(),
  message: z.string(),
  fence: z.number().optional(),
  generation: z.number().optional(),
})

/** All traffic to a version that is loaded here, by its number. */
export const HandReturn = z.object({ version: z.number().int().positive() })

/** Which removal is asked for. */
export const Removal = z.object({ fence: z.number().int().min(0), generation: z.number().int().min(0) })

export type LogLine = z.infer<typeof LogLine>
export type ChangeLine = z.infer<typeof ChangeLine>
export type ClusterState = z.infer<typeof ClusterState>
