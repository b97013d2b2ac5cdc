import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { EndpointActs, WhoMayAct } from '@/components/endpoints/acts'
import { Health } from '@/components/endpoints/health'
import { Keys } from '@/components/endpoints/keys'
import { Logs } from '@/components/endpoints/logs'
import { PlacedClusters } from '@/components/endpoints/placed-clusters'
import { Progress } from '@/components/endpoints/progress'
import { ReturnButton } from '@/components/endpoints/return-button'
import { TakenOver } from '@/components/endpoints/takeover/taken-over'
import { WithoutSlipway } from '@/components/endpoints/without-slipway'
import { MisplacedData } from '@/components/environments/misplaced'
import { MonitoringGlance } from '@/components/monitoring/glance'
import { RolloutTable } from '@/components/rollouts/rollout-table'
import { Crumb } from '@/components/shell/crumbs'
import { LiveRefresh } from '@/components/shell/live'
import { RefreshEvery } from '@/components/shell/refresh-every'
import { WrongLine } from '@/components/top-line/wrong-line'
import { ArmLabel } from '@/components/ui/arm-label'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { getEndpoint } from '@/lib/endpoints/queries'
import { listTakeovers } from '@/lib/endpoints/takeover/queries'
import { getWithoutSlipway } from '@/lib/endpoints/without/queries'
import { listMisplaced } from '@/lib/environments/data-class/queries'
import { TimeRange } from '@/lib/monitoring/schema'
import { found } from '@/lib/pages'
import { listRollouts } from '@/lib/rollouts/queries'
import { lineWords, type Search } from '@/lib/top-line/line'
import { readTopLine } from '@/lib/top-line/schema'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Endpoint' }

/** One endpoint: what is live, where, on what, who may call it, and its rollouts. */
export default async function EndpointPage({ params, searchParams }: { params: Promise<{ id: string }>; searchParams: Promise<Search> }) {
  const actor = await sessionActor()
  const id = z.uuid().safeParse((await params).id)
  if (!id.success) notFound()
  const { line, wrong } = readTopLine(await searchParams)
  const [endpoint, rollouts, takeovers, misplaced] = await found(
    Promise.all([
      getEndpoint(actor, id.data),
      listRollouts(actor, { endpointId: id.data, limit: 10 }),
      listTakeovers(actor, id.data),
      listMisplaced(actor, { endpointId: id.data }),
    ]),
  )
  const { model, environment, live } = endpoint
  return (
    <>
      <Crumb label={`${model} in ${environment}`} />
      <LiveRefresh keys={[`endpoint:${endpoint.id}`]} />
      <RefreshEvery seconds={3} />
      <PageHeader
        title={`${model} in ${environment}`}
        meta={<ArmLabel arm="live" version={live} />}
        lead={<Health health={endpoint.health} says={endpoint.says} />}
        actions={
          <>
            {endpoint.may.launch ? (
              <Button asChild>
                <Link href={`/rollouts/new?model=${model}&environment=${environment}`}>Launch a version</Link>
              </Button>
            ) : null}
            {endpoint.may.return && !endpoint.retiredAt ? (
              <ReturnButton endpointId={endpoint.id} model={model} environment={environment} live={live} versions={endpoint.returnTo} />
            ) : null}
            <EndpointActs endpoint={endpoint} />
          </>
        }
      />
      <WrongLine wrong={wrong} />
      <WhoMayAct acts={endpoint.acts} />
      <Progress clusters={endpoint.clusters} retiredAt={endpoint.retiredAt} />
      <TakenOver takeovers={takeovers} />
      <MisplacedData rows={misplaced} />
      <Card
        title="Clusters"
        note="Counted is what requests did in the last minute; desired is what the engine wants; acknowledged is what the cluster says it routes by."
      >
        <PlacedClusters clusters={endpoint.clusters} guarded={endpoint.keys.length > 0} />
      </Card>
      <WithoutSlipway box={await getWithoutSlipway(actor, endpoint.id)} />
      <MonitoringGlance endpointId={endpoint.id} range={TimeRange.parse(line)} title={lineWords(line, '30m')} />
      <Card title="Rollouts here">
        {rollouts.items.length > 0 ? (
          <RolloutTable rows={rollouts.items} label="Rollouts of this endpoint" />
        ) : (
          <EmptyState title="No rollout yet" />
        )}
      </Card>
      <Card title="Keys" note="Callers send a key as a bearer token. Only its hash is stored.">
        <Keys endpointId={endpoint.id} keys={endpoint.keys} mayChange={endpoint.may.key} />
      </Card>
      <Card title="Log">
        <Logs endpointId={endpoint.id} />
      </Card>
    </>
  )
}
