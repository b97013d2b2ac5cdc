import * as z from 'zod'

/** Which endpoints are looked at: of one environment or one model (their addresses), or one alone; all where nothing is said. */
export const ListMisplaced = z.object({
  environment: z.string().max(63).default(''),
  model: z.string().max(63).default(''),
  endpointId: z.uuid().optional(),
})

/** An endpoint that serves data which its environment may not: what is wrong, and what would be right. */
export interface Misplaced {
  endpointId: string
  model: string
  environment: string
  wrong: string
  right: string
}
