import { parse } from '@/lib/command'
import { queryRoute } from '@/lib/route'
import { getVersion } from '@/lib/versions/queries'
import { VersionNumber } from '@/lib/versions/schema'

export const GET = queryRoute((actor, params) => getVersion(actor, params.model ?? '', parse(VersionNumber, params.number)))
