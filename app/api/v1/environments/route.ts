import { createEnvironment } from '@/lib/environments/commands'
import { listEnvironments } from '@/lib/environments/queries'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, _params, search) =>
  listEnvironments(actor, { q: search.get('q') ?? '', kind: search.get('kind') ?? '' }),
)
export const POST = commandRoute(createEnvironment, 201)
