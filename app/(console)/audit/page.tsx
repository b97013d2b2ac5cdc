import type { Metadata } from 'next'
import { AuditControls } from '@/components/audit/controls'
import { AuditList } from '@/components/audit/list'
import { ListCard } from '@/components/lists/list-card'
import { WrongLine } from '@/components/top-line/wrong-line'
import { PageHeader } from '@/components/ui/page-header'
import { listAudit } from '@/lib/audit/queries'
import { AuditFilter } from '@/lib/audit/schema'
import { sessionActor } from '@/lib/auth/session'
import { flat, type Search } from '@/lib/top-line/line'
import { readTopLine, spanAsked } from '@/lib/top-line/schema'

export const metadata: Metadata = { title: 'Audit' }
export const dynamic = 'force-dynamic'

/** Who did what, on what and when; the filters stand in the address. */
export default async function AuditPage({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const raw = await searchParams
  const { line, wrong } = readTopLine(raw)
  const { who, verb, target, after } = flat(raw)
  const filter = AuditFilter.safeParse({ who, verb, target, cursor: after })
  const page = filter.success
    ? await listAudit(actor, { ...filter.data, environment: line.environment, ...spanAsked(line, new Date()) })
    : { rows: [], nextCursor: null }
  return (
    <>
      <PageHeader title="Audit" lead="Every change that a person, a token or the engine made. Rows are only ever added." />
      <WrongLine wrong={wrong ?? (filter.success ? null : (filter.error.issues[0]?.message ?? null))} />
      <ListCard
        path="/audit"
        noun="act"
        search={{ who, verb, target, after, ...line }}
        filtered={Boolean(who || verb || target || Object.values(line).some(Boolean))}
        placeholder="On what: name, kind or id"
        field="target"
        controls={<AuditControls who={who} verb={verb} />}
        shown={page.rows.length}
        next={page.nextCursor}
        empty={{ title: 'Nothing was changed yet', says: 'You see what was done in your teams and environments, and by yourself.' }}
      >
        <AuditList rows={page.rows} />
      </ListCard>
    </>
  )
}
