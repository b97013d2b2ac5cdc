import type { Metadata } from 'next'
import { ClusterForm } from '@/components/environments/cluster-form'
import { ClusterTable } from '@/components/environments/cluster-table'
import { EnvironmentTabs } from '@/components/environments/tabs'
import { LiveRefresh } from '@/components/shell/live'
import { RefreshEvery } from '@/components/shell/refresh-every'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { listClusters } from '@/lib/clusters/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Clusters' }

/** The places that run models. */
export default async function Clusters() {
  const { clusters, may, offers } = await listClusters(await sessionActor())
  return (
    <>
      <LiveRefresh keys={['environment']} />
      <RefreshEvery seconds={10} />
      <PageHeader title="Environments" actions={may.manage ? <ClusterForm offers={offers} /> : null} />
      <EnvironmentTabs current="/environments/clusters" />
      <Card>
        {clusters.length > 0 ? (
          <ClusterTable rows={clusters} label="Clusters" manage={may.manage ? offers : null} />
        ) : (
          <EmptyState title="No cluster yet">{may.manage ? 'Add one that is running.' : 'Admins add clusters.'}</EmptyState>
        )}
      </Card>
    </>
  )
}
