import { returnInBulk, undoInBulk } from '@/lib/returns/commands'
import { verbRoute } from '@/lib/route'

/** POST /api/v1/returns/ID/endpoints/ID/VERB: one endpoint of a bulk return. */
export const POST = verbRoute({ return: returnInBulk, undo: undoInBulk })
