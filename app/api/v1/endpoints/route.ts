import { listEndpoints } from '@/lib/endpoints/queries'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, _params, search) => listEndpoints(actor, Object.fromEntries(search)))
