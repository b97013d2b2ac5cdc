import { renewIdentity } from '@/lib/clusters/commands'
import { commandRoute } from '@/lib/route'

export const POST = commandRoute(renewIdentity)
