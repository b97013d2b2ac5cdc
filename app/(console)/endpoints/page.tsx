import type { Metadata } from 'next'
import Link from 'next/link'
import { EndpointTable } from '@/components/endpoints/endpoint-table'
import { LiveRefresh } from '@/components/shell/live'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Filters } from '@/components/ui/filters'
import { PageHeader } from '@/components/ui/page-header'
import { Pagination } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { sessionActor } from '@/lib/auth/session'
import { listEndpoints } from '@/lib/endpoints/queries'
import { listEnvironments } from '@/lib/environments/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Monitoring' }

type Search = Promise<{ q?: string; environment?: string; after?: string }>

/** All endpoints: what is live where, and how it is. */
export default async function Endpoints({ searchParams }: { searchParams: Search }) {
  const actor = await sessionActor()
  const search = await searchParams
  const [page, { environments }] = await Promise.all([listEndpoints(actor, search), listEnvironments(actor)])
  const filtered = Boolean(search.q || search.environment)
  return (
    <>
      <LiveRefresh keys={['endpoint', 'rollouts']} />
      <PageHeader title="Endpoints" lead="A model served in an environment: what is live, how it is, and the way back." />
      <Card>
        <Filters path="/endpoints" search={search.q} placeholder="Model or environment" filtered={filtered}>
          <Select name="environment" aria-label="Environment" defaultValue={search.environment ?? ''} className="w-44">
            <option value="">all environments</option>
            {environments.map((each) => (
              <option key={each.slug} value={each.slug}>
                {each.slug}
              </option>
            ))}
          </Select>
        </Filters>
        {page.items.length > 0 ? (
          <EndpointTable rows={page.items} label="Endpoints" />
        ) : (
          <EmptyState
            title={filtered ? 'No endpoint matches' : 'Nothing is served yet'}
            action={
              <Button asChild>
                <Link href={filtered ? '/endpoints' : '/rollouts/new'}>{filtered ? 'Clear the filters' : 'Launch a first version'}</Link>
              </Button>
            }
          />
        )}
        <Pagination path="/endpoints" search={search} nextCursor={page.next} shown={page.items.length} noun="endpoints" />
      </Card>
    </>
  )
}
