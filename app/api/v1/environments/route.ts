import { createEnvironment } from '@/lib/environments/commands'
import { listEnvironments } from '@/lib/environments/queries'
import { ListEnvironments } from '@/lib/environments/schema'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute(
  (actor, _params, search) => listEnvironments(actor, { q: search.get('q') ?? '', kind: search.get('kind') ?? '' }),
  { takes: ListEnvironments },
)
export const POST = commandRoute(createEnvironment, 201)
