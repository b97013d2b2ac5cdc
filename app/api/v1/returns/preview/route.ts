import { previewReturns } from '@/lib/returns/queries'
import { PreviewReturns } from '@/lib/returns/schema'
import { queryRoute } from '@/lib/route'

/** GET /api/v1/returns/preview?q=&environment=&at=: what a bulk return would do, endpoint by endpoint. */
export const GET = queryRoute(async (actor, _params, search) => ({ items: await previewReturns(actor, Object.fromEntries(search)) }), {
  takes: PreviewReturns,
})
