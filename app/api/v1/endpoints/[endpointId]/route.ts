import { getEndpoint } from '@/lib/endpoints/queries'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, { endpointId }) => getEndpoint(actor, endpointId))
