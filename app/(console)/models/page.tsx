import type { Metadata } from 'next'
import Link from 'next/link'
import { ModelForm } from '@/components/models/model-form'
import { ModelTable } from '@/components/models/model-table'
import { LiveRefresh } from '@/components/shell/live'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Filters } from '@/components/ui/filters'
import { PageHeader } from '@/components/ui/page-header'
import { Pagination } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { sessionActor } from '@/lib/auth/session'
import { listModels, listTeamChoices } from '@/lib/models/queries'
import { ListModels } from '@/lib/models/schema'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Models' }

type Search = Promise<Record<string, string | undefined>>
const HALF = 'w-44 max-sm:w-[calc(50%-0.25rem)]'

/** The models that one may read. */
export default async function Models({ searchParams }: { searchParams: Search }) {
  const actor = await sessionActor()
  const raw = await searchParams
  const parsed = ListModels.safeParse(raw)
  const filter = parsed.success ? parsed.data : ListModels.parse({})
  const [page, teams] = await Promise.all([listModels(actor, filter), listTeamChoices(actor)])
  const writable = teams.filter((team) => team.write)
  const filtered = Boolean(filter.q || filter.team || filter.status)
  const search = {
    q: filter.q,
    team: filter.team,
    status: filter.status,
    sort: filter.sort === 'name' ? '' : filter.sort,
    after: filter.after,
  }
  return (
    <>
      <LiveRefresh keys={['model']} />
      <PageHeader title="Models" actions={writable.length > 0 ? <ModelForm teams={writable} open={raw.create === 'yes'} /> : null} />
      <Card>
        <Filters path="/models" search={filter.q} placeholder="Name or address" filtered={filtered}>
          <Select name="team" aria-label="Team" defaultValue={filter.team} className={HALF}>
            <option value="">all teams</option>
            {teams.map((team) => (
              <option key={team.slug} value={team.slug}>
                {team.name}
              </option>
            ))}
          </Select>
          <Select name="status" aria-label="Newest version" defaultValue={filter.status} className={HALF}>
            <option value="">newest version: any</option>
            <option value="ready">newest is ready</option>
            <option value="pending">newest is pending</option>
            <option value="failed">newest failed</option>
            <option value="none">no version yet</option>
          </Select>
          <Select name="sort" aria-label="Sort" defaultValue={filter.sort} className={HALF}>
            <option value="name">by name</option>
            <option value="newest">newest first</option>
          </Select>
        </Filters>
        {page.items.length > 0 ? (
          <ModelTable rows={page.items} />
        ) : (
          <EmptyState
            title={filtered ? 'No model matches' : 'No model yet'}
            action={
              filtered ? (
                <Button asChild>
                  <Link href="/models">Clear the filters</Link>
                </Button>
              ) : null
            }
          >
            {filtered ? null : writable.length > 0 ? 'Create one, then register its first version.' : 'Engineers of a team create models.'}
          </EmptyState>
        )}
        <Pagination path="/models" search={search} nextCursor={page.next} shown={page.items.length} noun="models" />
      </Card>
    </>
  )
}
