import { editCluster, removeCluster } from '@/lib/clusters/commands'
import { getCluster } from '@/lib/clusters/queries'
import { ClusterId } from '@/lib/clusters/schema'
import { parse } from '@/lib/command'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, params) => getCluster(actor, parse(ClusterId, params).clusterId))
export const PATCH = commandRoute(editCluster)
export const DELETE = commandRoute(removeCluster)
