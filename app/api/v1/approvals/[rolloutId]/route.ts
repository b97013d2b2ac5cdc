import { z } from 'zod'
import { approvalDetail } from '@/lib/approvals/queries'
import { parse } from '@/lib/command'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, params) => approvalDetail(actor, parse(z.object({ rolloutId: z.uuid() }), params).rolloutId))
