import { listProposals } from '@/lib/environments/proposals/queries'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute(async (actor) => ({ waiting: await listProposals(actor) }))
