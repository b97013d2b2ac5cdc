import { getRoutes } from '@/lib/clusters/routes/queries'
import { queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const GET = queryRoute((actor, { clusterId }) => getRoutes(actor, clusterId ?? ''))
