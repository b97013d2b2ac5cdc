import { parse } from '@/lib/command'
import { endpointSeries } from '@/lib/monitoring/queries'
import { TimeRange } from '@/lib/monitoring/schema'
import { queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const GET = queryRoute(
  (actor, { endpointId }, search) => endpointSeries(actor, endpointId, parse(TimeRange, Object.fromEntries(search))),
  { takes: TimeRange },
)
