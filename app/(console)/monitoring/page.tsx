import type { Metadata } from 'next'
import { ListCard } from '@/components/lists/list-card'
import { EndpointList } from '@/components/monitoring/endpoint-list'
import { LiveRefresh } from '@/components/shell/live'
import { RefreshEvery } from '@/components/shell/refresh-every'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { listMonitored } from '@/lib/monitoring/queries'
import { MonitoredFilter } from '@/lib/monitoring/schema'
import { flat, type Search } from '@/lib/top-line/line'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Monitoring' }

/** The endpoints to choose from, with their last five minutes. */
export default async function MonitoringPage({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const { q, environment, after } = MonitoredFilter.safeParse(flat(await searchParams)).data ?? {}
  const { items, next } = await listMonitored(actor, { q, environment, after })
  return (
    <>
      <LiveRefresh keys={['endpoint']} />
      <RefreshEvery seconds={5} />
      <PageHeader title="Monitoring" lead="What each endpoint did in the last five minutes, as its gateways counted it." />
      <ListCard
        path="/monitoring"
        noun="endpoint"
        search={{ q, environment, after }}
        filtered={Boolean(q || environment)}
        placeholder="Model or environment"
        shown={items.length}
        next={next}
        empty={{
          title: 'Nothing is served yet',
          says: 'An endpoint comes to be when the first version of a model is launched in an environment.',
        }}
      >
        <EndpointList rows={items} />
      </ListCard>
    </>
  )
}
