import { parse } from '@/lib/command'
import { createModel } from '@/lib/models/commands'
import { listModels } from '@/lib/models/queries'
import { ListModels } from '@/lib/models/schema'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, _params, search) => listModels(actor, parse(ListModels, Object.fromEntries(search))), {
  takes: ListModels,
})
export const POST = commandRoute(createModel, 201)
