import { whatIfAll } from '@/lib/rollouts/replay/queries'
import { queryRoute, readJson } from '@/lib/route'

/** POST with other parameters for many rollouts; it changes nothing. */
export const POST = queryRoute(async (actor, _params, _search, request) => whatIfAll(actor, await readJson(request)))
