import { adoptRoute, confirmRoute, restoreRoute } from '@/lib/endpoints/takeover/commands'
import { verbRoute } from '@/lib/route'

/** POST /api/v1/endpoints/ID/takeover/VERB: a person's answer to a route that somebody else changed. */
export const POST = verbRoute({ adopt: adoptRoute, restore: restoreRoute, confirm: confirmRoute })
