import { getEndpointLogs } from '@/lib/endpoints/queries'
import { queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const GET = queryRoute((actor, { endpointId }) => getEndpointLogs(actor, endpointId ?? ''))
