import type { Metadata } from 'next'
import Link from 'next/link'
import { EndpointTable } from '@/components/endpoints/endpoint-table'
import { ListCard } from '@/components/lists/list-card'
import { LiveRefresh } from '@/components/shell/live'
import { RefreshEvery } from '@/components/shell/refresh-every'
import { Button } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { listEndpoints } from '@/lib/endpoints/queries'
import { flat, type Search } from '@/lib/top-line/line'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Endpoints' }

/** All endpoints: what is live where, and how it is. */
export default async function Endpoints({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const { q, environment, after } = flat(await searchParams)
  const page = await listEndpoints(actor, { q, environment, after })
  return (
    <>
      <LiveRefresh keys={['endpoint', 'rollouts']} />
      <RefreshEvery seconds={5} />
      <PageHeader
        title="Endpoints"
        lead="A model served in an environment: what is live, how it is, and the way back."
        actions={
          <Button asChild>
            <Link href={`/endpoints/return?${new URLSearchParams({ q: q ?? '', environment: environment ?? '' })}`}>Return several</Link>
          </Button>
        }
      />
      <ListCard
        path="/endpoints"
        noun="endpoint"
        search={{ q, environment, after }}
        filtered={Boolean(q || environment)}
        placeholder="Model or environment"
        shown={page.items.length}
        next={page.next}
        empty={{
          title: 'Nothing is served yet',
          action: (
            <Button asChild>
              <Link href="/rollouts/new">Launch a first version</Link>
            </Button>
          ),
        }}
      >
        <EndpointTable rows={page.items} label="Endpoints" />
      </ListCard>
    </>
  )
}
