import { launchRollout } from '@/lib/rollouts/commands'
import { ListRollouts, listRollouts } from '@/lib/rollouts/queries'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, _params, search) => listRollouts(actor, Object.fromEntries(search)), { takes: ListRollouts })
export const POST = commandRoute(launchRollout, 201)
