import { getWasLive } from '@/lib/rollouts/was-live/queries'
import { AskWasLive } from '@/lib/rollouts/was-live/schema'
import { queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

/** GET ?at=TIME: what was live then, and who decided. */
export const GET = queryRoute((actor, { environment }, search) => getWasLive(actor, environment ?? '', Object.fromEntries(search)), {
  takes: AskWasLive,
})
