import { launchRollout } from '@/lib/rollouts/commands'
import { listRollouts } from '@/lib/rollouts/queries'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, _params, search) => listRollouts(actor, Object.fromEntries(search)))
export const POST = commandRoute(launchRollout, 201)
