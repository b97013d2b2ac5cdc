import { parse } from '@/lib/command'
import { endpointDrift } from '@/lib/monitoring/queries'
import { TimeRange } from '@/lib/monitoring/schema'
import { queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const GET = queryRoute(
  (actor, { endpointId }, search) => endpointDrift(actor, endpointId, parse(TimeRange, Object.fromEntries(search))),
  { takes: TimeRange },
)
