import { listMisplaced } from '@/lib/environments/data-class/queries'
import { ListMisplaced } from '@/lib/environments/data-class/schema'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, _params, search) => listMisplaced(actor, Object.fromEntries(search)), { takes: ListMisplaced })
