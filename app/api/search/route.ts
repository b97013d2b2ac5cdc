import { queryRoute } from '@/lib/route'
import { findAnything } from '@/lib/search/queries'
import { FindAnything } from '@/lib/search/schema'

export const GET = queryRoute((actor, _params, search) => findAnything(actor, search.get('q') ?? ''), { takes: FindAnything })
