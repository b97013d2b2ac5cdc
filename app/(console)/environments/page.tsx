import type { Metadata } from 'next'
import Link from 'next/link'
import { EnvironmentTable } from '@/components/environments/environment-table'
import { EnvironmentTabs } from '@/components/environments/tabs'
import { LiveRefresh } from '@/components/shell/live'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { Filters } from '@/components/ui/filters'
import { PageHeader } from '@/components/ui/page-header'
import { Select } from '@/components/ui/select'
import { sessionActor } from '@/lib/auth/session'
import { listEnvironments } from '@/lib/environments/queries'
import { KINDS } from '@/lib/environments/schema'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Environments' }

/** The targets of rollouts. */
export default async function Environments({ searchParams }: { searchParams: Promise<{ q?: string; kind?: string }> }) {
  const actor = await sessionActor()
  const { q, kind } = await searchParams
  const { environments, may } = await listEnvironments(actor, { q, kind })
  const filtered = Boolean(q || kind)
  const create = (
    <Button asChild variant="primary">
      <Link href="/environments/new">Create an environment</Link>
    </Button>
  )
  return (
    <>
      <LiveRefresh keys={['environment']} />
      <PageHeader title="Environments" actions={may.manage ? create : null} />
      <EnvironmentTabs current="/environments" />
      <Card>
        <Filters path="/environments" search={q} placeholder="Name or address" filtered={filtered}>
          <Select name="kind" aria-label="Kind" defaultValue={kind ?? ''} className="w-44 max-sm:w-full">
            <option value="">all kinds</option>
            {KINDS.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </Filters>
        {environments.length > 0 ? (
          <EnvironmentTable rows={environments} />
        ) : (
          <EmptyState
            title={filtered ? 'No environment matches' : 'No environment yet'}
            action={
              filtered ? (
                <Button asChild>
                  <Link href="/environments">Clear the filters</Link>
                </Button>
              ) : may.manage ? (
                create
              ) : null
            }
          >
            {filtered ? null : may.manage ? 'An environment is one or more clusters with a policy.' : 'Admins create environments.'}
          </EmptyState>
        )}
      </Card>
    </>
  )
}
