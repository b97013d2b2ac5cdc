import { listAudit } from '@/lib/audit/queries'
import { AuditFilter } from '@/lib/audit/schema'
import { parse } from '@/lib/command'
import { queryRoute } from '@/lib/route'

export const GET = queryRoute((actor, _params, search) => listAudit(actor, parse(AuditFilter, Object.fromEntries(search))), {
  takes: AuditFilter,
  permission: 'audit:read',
})
