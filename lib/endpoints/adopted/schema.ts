import * as z from 'zod'
import { FULL } from '../wish'

const RouteName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'The name of an HTTPRoute, as it stands in metadata.name.')

const At = { endpointId: z.uuid(), clusterId: z.uuid(), route: RouteName }

/**
 * Gives an endpoint a share of the requests of a route that Slipway did not make. `seen`: as it was shown; `despite`: other tools that write to it, and were told, as the
 * person says.
 */
export const TakeRoute = z.object({
  ...At,
  seen: z.string().min(1).max(64),
  share: z
    .number()
    .int('A share is a whole number of basis points.')
    .min(0, 'A share is from 0 to 100 %.')
    .max(FULL, 'A share is from 0 to 100 %.'),
  /** The path that the route matches becomes the model's own; else our servers get what the old ones got. */
  rewrite: z.boolean().default(false),
  despite: z.array(z.string().max(60)).max(20).default([]),
})

/** Makes the route its owner's again, with the rule that it had. */
export const ReturnRoute = z.object(At)

/** An endpoint that may take a route over. `number`: of its live version. */
export interface Taker {
  endpointId: string
  model: string
  environment: string
  number: number
}
