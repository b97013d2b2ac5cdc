import { editModel } from '@/lib/models/commands'
import { getModel } from '@/lib/models/queries'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, params) => getModel(actor, params.model ?? ''))
export const PATCH = commandRoute(editModel)
