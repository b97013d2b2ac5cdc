import type { Metadata } from 'next'
import { ClusterActs } from '@/components/environments/cluster-acts'
import { ClusterFacts } from '@/components/environments/cluster-facts'
import { ClusterProbe } from '@/components/environments/cluster-probe'
import { OtherRoutes } from '@/components/environments/routes/other-routes'
import { Witness } from '@/components/environments/witness'
import { Crumb } from '@/components/shell/crumbs'
import { LiveRefresh } from '@/components/shell/live'
import { RefreshEvery } from '@/components/shell/refresh-every'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { getCluster, mayManage, offers } from '@/lib/clusters/queries'
import { getWitness } from '@/lib/clusters/witness/queries'
import { found } from '@/lib/pages'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Cluster' }

/** One cluster: what it last said of itself, how it is reached, where it serves. */
export default async function ClusterPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const actor = await sessionActor()
  const cluster = await found(getCluster(actor, (await params).clusterId))
  const offered = await offers()
  const witness = cluster.kubernetes ? await getWitness(actor, cluster.id) : null
  return (
    <>
      <LiveRefresh keys={['environment']} />
      <RefreshEvery seconds={10} />
      <Crumb label={cluster.name} />
      <PageHeader
        title={cluster.name}
        meta={
          <>
            <Badge tone="quiet">{cluster.location}</Badge>
            <Badge tone="quiet">{cluster.driver}</Badge>
          </>
        }
        actions={mayManage(actor) ? <ClusterActs cluster={cluster} offers={offered} /> : null}
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="grid gap-4">
          <Card title="What it said last">
            <ClusterProbe cluster={cluster} />
          </Card>
          {cluster.kubernetes ? (
            <Card title="What its gateway counts" note="The share of each version by the gateway's own metrics, against its weight.">
              <Witness
                clusterId={cluster.id}
                cluster={cluster.name}
                now={witness}
                mayManage={mayManage(actor)}
                endsExample={offered.endsExample}
              />
            </Card>
          ) : null}
        </div>
        <Card title="How it is reached">
          <ClusterFacts cluster={cluster} />
        </Card>
      </div>
      {cluster.kubernetes ? <OtherRoutes clusterId={cluster.id} namespace={cluster.kubernetes.namespace} /> : null}
    </>
  )
}
