import type { Metadata } from 'next'
import { ListCard } from '@/components/lists/list-card'
import { ModelForm } from '@/components/models/model-form'
import { ModelTable } from '@/components/models/model-table'
import { LiveRefresh } from '@/components/shell/live'
import { PageHeader } from '@/components/ui/page-header'
import { Select } from '@/components/ui/select'
import { sessionActor } from '@/lib/auth/session'
import { listModels, listTeamChoices } from '@/lib/models/queries'
import { ListModels } from '@/lib/models/schema'
import { flat, type Search } from '@/lib/top-line/line'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Models' }

const HALF = 'w-44 max-sm:w-[calc(50%-0.25rem)]'

/** The models that one may read. */
export default async function Models({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const raw = flat(await searchParams)
  const parsed = ListModels.safeParse(raw)
  const filter = parsed.success ? parsed.data : ListModels.parse({})
  const [page, teams] = await Promise.all([listModels(actor, filter), listTeamChoices(actor)])
  const writable = teams.filter((team) => team.write)
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
      <ListCard
        path="/models"
        noun="model"
        search={search}
        filtered={Boolean(filter.q || filter.team || filter.status)}
        placeholder="Name or address"
        controls={
          <>
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
          </>
        }
        shown={page.items.length}
        next={page.next}
        empty={{
          title: 'No model yet',
          says: writable.length > 0 ? 'Create one, then register its first version.' : 'Engineers of a team create models.',
        }}
      >
        <ModelTable rows={page.items} />
      </ListCard>
    </>
  )
}
