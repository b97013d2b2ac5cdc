import { parse } from '@/lib/command'
import { queryRoute } from '@/lib/route'
import { getDocument } from '@/lib/versions/queries'
import { VersionNumber } from '@/lib/versions/schema'

export const GET = queryRoute((actor, params) =>
  getDocument(actor, params.model ?? '', parse(VersionNumber, params.number), params.document ?? ''),
)
