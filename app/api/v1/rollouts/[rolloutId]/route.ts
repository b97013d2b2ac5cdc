import { Wait, waitForRollout } from '@/lib/rollouts/waiting/queries'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, { rolloutId }, search, request) => waitForRollout(actor, rolloutId, search, request.signal), {
  takes: Wait,
})
