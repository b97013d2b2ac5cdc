import { beginBulkReturn } from '@/lib/returns/commands'
import { commandRoute } from '@/lib/route'

/** POST /api/v1/returns: writes down a bulk return. Each endpoint of it is then returned by its own call. */
export const POST = commandRoute(beginBulkReturn, 201)
