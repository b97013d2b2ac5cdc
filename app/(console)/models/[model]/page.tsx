import type { Metadata } from 'next'
import Link from 'next/link'
import { MisplacedData } from '@/components/environments/misplaced'
import { Aliases } from '@/components/models/aliases'
import { EditModel } from '@/components/models/edit-model'
import { SegmentsCard } from '@/components/models/segments-card'
import { VersionTable } from '@/components/models/version-table'
import { LiveRefresh } from '@/components/shell/live'
import { ArmLabel } from '@/components/ui/arm-label'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardBody } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { Pagination } from '@/components/ui/pagination'
import { getAliases } from '@/lib/aliases/queries'
import { sessionActor } from '@/lib/auth/session'
import { listMisplaced } from '@/lib/environments/data-class/queries'
import { getModel } from '@/lib/models/queries'
import type { ModelEndpoint } from '@/lib/models/schema'
import { found } from '@/lib/pages'
import { listVersions } from '@/lib/versions/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Model' }

interface ModelPageProps {
  params: Promise<{ model: string }>
  searchParams: Promise<{ after?: string }>
}

/** One model: where it is live, its versions, its aliases with their history. */
export default async function ModelPage({ params, searchParams }: ModelPageProps) {
  const actor = await sessionActor()
  const { model: slug } = await params
  const { after } = await searchParams
  const [model, versions, ready, { aliases, moves }, misplaced] = await found(
    Promise.all([
      getModel(actor, slug),
      listVersions(actor, slug, { after }),
      listVersions(actor, slug, { status: 'ready', limit: 100 }),
      getAliases(actor, slug),
      listMisplaced(actor, { model: slug }),
    ]),
  )
  const register = (
    <Button asChild variant="primary">
      <Link href={`/models/${slug}/register`}>Register a version</Link>
    </Button>
  )
  return (
    <>
      <LiveRefresh keys={[`model:${model.id}`]} />
      <PageHeader
        title={model.name}
        meta={
          <>
            <Badge tone="quiet">{model.team.name}</Badge>
            <Badge tone="quiet">{model.task}</Badge>
            <Badge tone="quiet">{model.dataClass} data</Badge>
            <Badge tone="quiet">{model.risk} risk</Badge>
          </>
        }
        lead={<span className="whitespace-pre-line break-words">{model.description}</span>}
        actions={
          model.may.register ? (
            <>
              <EditModel model={model} />
              {register}
            </>
          ) : null
        }
      />
      <MisplacedData rows={misplaced} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Live endpoints={model.endpoints} />
        <Aliases
          model={slug}
          aliases={aliases}
          moves={moves}
          ready={model.may.moveAlias ? ready.items.map((version) => version.number) : []}
        />
      </div>
      <Card title="Versions">
        {versions.items.length > 0 ? (
          <VersionTable model={slug} rows={versions.items} launch={model.may.launch} />
        ) : (
          <EmptyState title="No version yet" action={model.may.register ? register : null}>
            A version is an ONNX file with its threshold, baseline and documents; it never changes.
          </EmptyState>
        )}
        <Pagination path={`/models/${slug}`} search={{ after }} nextCursor={versions.next} shown={versions.items.length} noun="versions" />
      </Card>
      <SegmentsCard model={model} />
    </>
  )
}

function Live({ endpoints }: { endpoints: ModelEndpoint[] }) {
  return (
    <Card title="Live">
      <CardBody className="grid gap-2">
        {endpoints.length === 0 ? (
          <p className="text-muted">Nowhere. The first launch in an environment makes its endpoint there.</p>
        ) : null}
        {endpoints.map((endpoint) => (
          <p key={endpoint.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Link href={`/endpoints/${endpoint.id}`} className="break-words font-medium hover:underline">
              {endpoint.environment.name}
            </Link>
            <span className="text-muted text-sm">{endpoint.environment.kind}</span>
            <ArmLabel arm="live" version={endpoint.live?.number ?? null} />
          </p>
        ))}
      </CardBody>
    </Card>
  )
}
