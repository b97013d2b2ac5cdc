import { getReturnSpread } from '@/lib/rollouts/return-times/queries'
import { queryRoute } from '@/lib/route'

/** GET /api/v1/returns/times: how long returns took, over the last 1,000, in ms. */
export const GET = queryRoute((actor) => getReturnSpread(actor))
