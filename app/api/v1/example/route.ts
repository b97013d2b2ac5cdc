import { reportTraffic } from '@/lib/example/commands'
import { exampleState } from '@/lib/example/queries'
import { commandRoute, queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

export const GET = queryRoute((actor) => exampleState(actor))
export const POST = commandRoute(reportTraffic)
