import { whatIf } from '@/lib/rollouts/replay/queries'
import { queryRoute, readJson } from '@/lib/route'

/** POST with other parameters, because they are a document; it changes nothing. */
export const POST = queryRoute(async (actor, { rolloutId }, _search, request) => whatIf(actor, rolloutId ?? '', await readJson(request)))
