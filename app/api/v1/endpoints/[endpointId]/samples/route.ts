import { parse } from '@/lib/command'
import { endpointSamples } from '@/lib/monitoring/queries'
import { SampleFilter } from '@/lib/monitoring/schema'
import { queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const GET = queryRoute(
  (actor, { endpointId }, search) => endpointSamples(actor, endpointId, parse(SampleFilter, Object.fromEntries(search))),
  { takes: SampleFilter },
)
