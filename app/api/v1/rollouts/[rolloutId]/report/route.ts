import { downloadReport } from '@/lib/rollouts/report/queries'
import { AskReport } from '@/lib/rollouts/report/schema'
import { queryRoute } from '@/lib/route'

export const dynamic = 'force-dynamic'

/** GET ?format=md|json: the report as a file. */
export const GET = queryRoute((actor, { rolloutId }, search) => downloadReport(actor, rolloutId ?? '', Object.fromEntries(search)), {
  takes: AskReport,
})
