import { listEndpoints } from '@/lib/endpoints/queries'
import { ListEndpoints } from '@/lib/endpoints/schema'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, _params, search) => listEndpoints(actor, Object.fromEntries(search)), { takes: ListEndpoints })
