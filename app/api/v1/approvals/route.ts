import { listAnswered, listWaiting } from '@/lib/approvals/queries'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute(async (actor) => ({ waiting: await listWaiting(actor), answered: await listAnswered(actor) }))
