import { getBulkReturn } from '@/lib/returns/queries'
import { queryRoute } from '@/lib/route'

/** GET /api/v1/returns/ID: how far each endpoint of a bulk return is. */
export const GET = queryRoute((actor, { bulkId }) => getBulkReturn(actor, bulkId))
