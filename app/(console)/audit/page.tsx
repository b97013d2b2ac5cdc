import type { Metadata } from 'next'
import { AuditFilterForm } from '@/components/audit/filter'
import { AuditList } from '@/components/audit/list'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Pagination } from '@/components/ui/pagination'
import { listAudit } from '@/lib/audit/queries'
import { AuditFilter } from '@/lib/audit/schema'
import { sessionActor } from '@/lib/auth/session'

export const metadata: Metadata = { title: 'Audit' }
export const dynamic = 'force-dynamic'

type Search = Record<string, string | string[] | undefined>

/** Who did what, on what and when; the filters stand in the address. */
export default async function AuditPage({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const search = Object.fromEntries(
    Object.entries(await searchParams).map(([key, value]) => [key, Array.isArray(value) ? value[0] : value]),
  )
  const filter = AuditFilter.safeParse(search)
  const errors = filter.success ? {} : Object.fromEntries(filter.error.issues.map((issue) => [String(issue.path[0]), issue.message]))
  const page = filter.success ? await listAudit(actor, filter.data) : { rows: [], nextCursor: null }
  return (
    <>
      <PageHeader title="Audit" lead="Every change that a person, a token or the engine made. Rows are only ever added." />
      <AuditFilterForm search={search} errors={errors} />
      <Card>
        {page.rows.length === 0 ? (
          <EmptyState title="No acts fit these filters">You see what was done in your teams and environments, and by yourself.</EmptyState>
        ) : (
          <AuditList rows={page.rows} />
        )}
        <Pagination path="/audit" search={search} nextCursor={page.nextCursor} shown={page.rows.length} noun="acts" />
      </Card>
    </>
  )
}
