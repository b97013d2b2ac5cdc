import { getRolloutTimeline } from '@/lib/rollouts/queries'
import { queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const GET = queryRoute((actor, { rolloutId }) => getRolloutTimeline(actor, rolloutId ?? ''))
