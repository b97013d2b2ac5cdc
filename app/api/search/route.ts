import { queryRoute } from '@/lib/route'
import { findAnything } from '@/lib/search/queries'

export const GET = queryRoute((actor, _params, search) => findAnything(actor, search.get('q') ?? ''))
