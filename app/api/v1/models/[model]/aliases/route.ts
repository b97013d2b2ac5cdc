import { getAliases } from '@/lib/aliases/queries'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, params) => getAliases(actor, params.model ?? ''))
