import { editEnvironment, removeEnvironment } from '@/lib/environments/commands'
import { getEnvironment } from '@/lib/environments/queries'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, params) => getEnvironment(actor, params.environment ?? ''))
export const PATCH = commandRoute(editEnvironment)
export const DELETE = commandRoute(removeEnvironment)
