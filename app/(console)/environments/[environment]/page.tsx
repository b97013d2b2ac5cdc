import type { Metadata } from 'next'
import Link from 'next/link'
import { ClusterTable } from '@/components/environments/cluster-table'
import { EditClusters, EditEnvironment, RemoveEnvironment } from '@/components/environments/environment-acts'
import { waveWords } from '@/components/environments/environment-table'
import { MisplacedData } from '@/components/environments/misplaced'
import { PolicyCard } from '@/components/environments/policy-card'
import { PolicyProposal } from '@/components/environments/policy-proposal'
import { trafficWords } from '@/components/environments/traffic-words'
import { LiveRefresh } from '@/components/shell/live'
import { RefreshEvery } from '@/components/shell/refresh-every'
import { ArmLabel } from '@/components/ui/arm-label'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { listClusters } from '@/lib/clusters/queries'
import { listMisplaced } from '@/lib/environments/data-class/queries'
import { listProposals } from '@/lib/environments/proposals/queries'
import { getEnvironment } from '@/lib/environments/queries'
import type { EnvironmentDetail } from '@/lib/environments/schema'
import { found } from '@/lib/pages'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Environment' }

/** One environment: its clusters with their health, which data it serves and which endpoints, what its policy asks. */
export default async function EnvironmentPage({ params }: { params: Promise<{ environment: string }> }) {
  const actor = await sessionActor()
  const environment = await found(getEnvironment(actor, (await params).environment))
  const { slug, clusters, may } = environment
  const all = may.manage ? (await listClusters(actor)).clusters.map(({ name, location }) => ({ name, location })) : []
  const [proposals, misplaced] = await Promise.all([listProposals(actor, environment.id), listMisplaced(actor, { environment: slug })])
  const now = clusters.map(({ name, wave }) => ({ name, wave }))
  return (
    <>
      <LiveRefresh keys={[`environment:${environment.id}`]} />
      <RefreshEvery seconds={10} />
      <PageHeader
        title={environment.name}
        meta={
          <>
            <Badge tone="quiet">{environment.kind}</Badge>
            <Badge tone="quiet">{environment.dataClass} data at most</Badge>
          </>
        }
        lead={`${slug}: ${waveWords(clusters)}`}
        actions={
          <>
            {may.manage ? <RemoveEnvironment slug={slug} name={environment.name} /> : null}
            {may.manage ? <EditEnvironment environment={environment} /> : null}
            <Button asChild>
              <Link href={`/environments/${slug}/was-live`}>What was live</Link>
            </Button>
            <Button asChild>
              <Link href={`/rollouts/new?environment=${slug}`}>Launch a version here</Link>
            </Button>
          </>
        }
      />
      <MisplacedData rows={misplaced} />
      {proposals.map((proposal) => (
        <PolicyProposal key={proposal.id} proposal={proposal} />
      ))}
      <Card
        title="Clusters"
        note={trafficWords(clusters)}
        action={may.manage ? <EditClusters environment={slug} now={now} all={all} /> : null}
      >
        <ClusterTable rows={clusters} label="Clusters" manage={null} />
      </Card>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <PolicyCard environment={environment} />
        <Served endpoints={environment.endpoints} />
      </div>
    </>
  )
}

function Served({ endpoints }: { endpoints: EnvironmentDetail['endpoints'] }) {
  return (
    <Card title="Endpoints">
      <CardBody className="grid gap-2">
        {endpoints.length === 0 ? <p className="text-muted">None. The first launch of a model here makes its endpoint.</p> : null}
        {endpoints.map((endpoint) => (
          <p key={endpoint.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Link href={`/endpoints/${endpoint.id}`} className="break-words font-medium hover:underline">
              {endpoint.model.name}
            </Link>
            <ArmLabel arm="live" version={endpoint.live} />
          </p>
        ))}
      </CardBody>
    </Card>
  )
}
