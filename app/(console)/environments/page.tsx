import type { Metadata } from 'next'
import Link from 'next/link'
import { EnvironmentTable } from '@/components/environments/environment-table'
import { EnvironmentTabs } from '@/components/environments/tabs'
import { ListCard } from '@/components/lists/list-card'
import { LiveRefresh } from '@/components/shell/live'
import { Button } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/page-header'
import { Select } from '@/components/ui/select'
import { sessionActor } from '@/lib/auth/session'
import { listEnvironments } from '@/lib/environments/queries'
import { KINDS } from '@/lib/environments/schema'
import { flat, type Search } from '@/lib/top-line/line'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Environments' }

/** The targets of rollouts. */
export default async function Environments({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const { q, kind } = flat(await searchParams)
  const { environments, may } = await listEnvironments(actor, { q, kind })
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
      <ListCard
        path="/environments"
        noun="environment"
        search={{ q, kind }}
        filtered={Boolean(q || kind)}
        placeholder="Name or address"
        controls={
          <Select name="kind" aria-label="Kind" defaultValue={kind ?? ''} className="w-44 max-sm:w-full">
            <option value="">all kinds</option>
            {KINDS.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        }
        shown={environments.length}
        empty={{
          title: 'No environment yet',
          action: may.manage ? create : null,
          says: may.manage ? null : 'Admins create environments.',
        }}
      >
        <EnvironmentTable rows={environments} />
      </ListCard>
    </>
  )
}
