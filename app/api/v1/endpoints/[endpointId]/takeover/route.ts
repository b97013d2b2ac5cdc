import { listTakeovers } from '@/lib/endpoints/takeover/queries'
import { queryRoute } from '@/lib/route'

/** GET /api/v1/endpoints/ID/takeover: what is known of another hand on the endpoint's route; no items: it is ours. */
export const GET = queryRoute(async (actor, { endpointId }) => ({ items: await listTakeovers(actor, endpointId) }))
