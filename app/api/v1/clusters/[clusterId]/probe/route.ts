import { probeCluster } from '@/lib/clusters/commands'
import { commandRoute } from '@/lib/route'

export const POST = commandRoute(probeCluster)
