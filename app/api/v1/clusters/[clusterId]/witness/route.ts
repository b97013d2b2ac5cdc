import { ClusterId } from '@/lib/clusters/schema'
import { dropWitness, nameWitness } from '@/lib/clusters/witness/commands'
import { getWitness } from '@/lib/clusters/witness/queries'
import { parse } from '@/lib/command'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, params) => getWitness(actor, parse(ClusterId, params).clusterId))
export const PUT = commandRoute(nameWitness)
export const DELETE = commandRoute(dropWitness)
