import type { Metadata } from 'next'
import { EndpointList } from '@/components/monitoring/endpoint-list'
import { LiveRefresh } from '@/components/shell/live'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { PageHeader } from '@/components/ui/page-header'
import { Pagination } from '@/components/ui/pagination'
import { sessionActor } from '@/lib/auth/session'
import { listMonitored } from '@/lib/monitoring/queries'
import { MonitoredFilter } from '@/lib/monitoring/schema'
import { flat, type SearchParams } from './address'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Monitoring' }

/** The endpoints to choose from, with their last five minutes. */
export default async function MonitoringPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await sessionActor()
  const search = flat(await searchParams)
  const filter = MonitoredFilter.safeParse(search).data ?? { q: '' }
  const { items, next } = await listMonitored(actor, filter)
  return (
    <>
      <LiveRefresh keys={['endpoint']} />
      <PageHeader title="Monitoring" lead="What each endpoint did in the last five minutes, as its gateways counted it." />
      <search>
        <form className="flex max-w-md gap-2" action="/monitoring">
          <Input
            type="search"
            name="q"
            defaultValue={filter.q}
            placeholder="Model or environment"
            aria-label="Search endpoints"
            maxLength={100}
          />
          <Button type="submit">Search</Button>
        </form>
      </search>
      <Card>
        {items.length > 0 ? (
          <EndpointList rows={items} />
        ) : filter.q ? (
          <EmptyState title={`No endpoint is called "${filter.q}"`}>The search looks at names of models and environments.</EmptyState>
        ) : (
          <EmptyState title="Nothing is served yet">
            An endpoint comes to be when the first version of a model is launched in an environment.
          </EmptyState>
        )}
        <Pagination
          path="/monitoring"
          search={{ q: filter.q, after: filter.after }}
          nextCursor={next}
          shown={items.length}
          noun="endpoints"
        />
      </Card>
    </>
  )
}
