import { addCluster } from '@/lib/clusters/commands'
import { listClusters } from '@/lib/clusters/queries'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute((actor) => listClusters(actor))
export const POST = commandRoute(addCluster, 201)
