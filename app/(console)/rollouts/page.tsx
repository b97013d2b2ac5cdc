import type { Metadata } from 'next'
import Link from 'next/link'
import { RolloutTable } from '@/components/rollouts/rollout-table'
import { LiveRefresh } from '@/components/shell/live'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Filters } from '@/components/ui/filters'
import { PageHeader } from '@/components/ui/page-header'
import { Pagination } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { sessionActor } from '@/lib/auth/session'
import { listEnvironments } from '@/lib/environments/queries'
import { listRollouts } from '@/lib/rollouts/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Rollouts' }

type Search = Promise<{ q?: string; environment?: string; state?: string; after?: string }>

/** All rollouts, newest first. */
export default async function Rollouts({ searchParams }: { searchParams: Search }) {
  const actor = await sessionActor()
  const search = await searchParams
  const [page, { environments }] = await Promise.all([listRollouts(actor, search), listEnvironments(actor)])
  const filtered = Boolean(search.q || search.environment || search.state)
  return (
    <>
      <LiveRefresh keys={['rollouts', 'rollout']} />
      <PageHeader
        title="Rollouts"
        actions={
          <Button asChild variant="primary">
            <Link href="/rollouts/new">Launch a version</Link>
          </Button>
        }
      />
      <Card>
        <Filters path="/rollouts" search={search.q} placeholder="Model or environment" filtered={filtered}>
          <Select
            name="environment"
            aria-label="Environment"
            defaultValue={search.environment ?? ''}
            className="w-44 max-sm:w-[calc(50%-0.25rem)]"
          >
            <option value="">all environments</option>
            {environments.map((each) => (
              <option key={each.slug} value={each.slug}>
                {each.slug}
              </option>
            ))}
          </Select>
          <Select name="state" aria-label="State" defaultValue={search.state ?? ''} className="w-44 max-sm:w-[calc(50%-0.25rem)]">
            <option value="">all states</option>
            <option value="live">under way</option>
            <option value="waiting">waits for approval</option>
            <option value="ended">ended</option>
          </Select>
        </Filters>
        {page.items.length > 0 ? (
          <RolloutTable rows={page.items} label="Rollouts" />
        ) : (
          <EmptyState
            title={filtered ? 'No rollout matches' : 'No rollout yet'}
            action={
              <Button asChild>
                <Link href={filtered ? '/rollouts' : '/rollouts/new'}>{filtered ? 'Clear the filters' : 'Launch a version'}</Link>
              </Button>
            }
          />
        )}
        <Pagination path="/rollouts" search={search} nextCursor={page.next} shown={page.items.length} noun="rollouts" />
      </Card>
    </>
  )
}
