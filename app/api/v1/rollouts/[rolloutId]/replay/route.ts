import { replayRollout } from '@/lib/rollouts/replay/queries'
import { queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

/** GET: every verdict judged again, and the ledger's chain checked. */
export const GET = queryRoute((actor, { rolloutId }) => replayRollout(actor, rolloutId ?? ''))
