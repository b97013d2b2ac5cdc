import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { BaselineCard } from '@/components/models/baseline-card'
import { CheckRunCompare } from '@/components/models/check-run-compare'
import { SignatureCard } from '@/components/models/signature-card'
import { StatusBadge } from '@/components/models/status-badge'
import { BaselineUpload, DocumentForm, RepeatCheck } from '@/components/models/version-acts'
import { DocumentsCard, LineageCard, VersionFacts } from '@/components/models/version-facts'
import { Crumb } from '@/components/shell/crumbs'
import { LiveRefresh } from '@/components/shell/live'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { found } from '@/lib/pages'
import { getVersion } from '@/lib/versions/queries'
import { VersionNumber } from '@/lib/versions/schema'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Version' }

/** One version: whether it may be launched, what it takes and gives, where it comes from, its reference profile. */
export default async function VersionPage({ params }: { params: Promise<{ model: string; number: string }> }) {
  const actor = await sessionActor()
  const { model, number: text } = await params
  const number = VersionNumber.safeParse(text)
  if (!number.success) notFound()
  const version = await found(getVersion(actor, model, number.data))
  const place = { model, number: version.number }
  return (
    <>
      <Crumb label={`v${version.number}`} />
      <LiveRefresh keys={[`model:${version.model.id}`]} />
      <PageHeader
        title={`${version.model.name} v${version.number}`}
        meta={
          <>
            <StatusBadge status={version.status} />
            {version.live.map((environment) => (
              <Badge key={environment}>live in {environment}</Badge>
            ))}
            {version.aliases.map((alias) => (
              <Badge key={alias}>{alias}</Badge>
            ))}
          </>
        }
        lead={<span className="break-words">{version.note}</span>}
        actions={
          version.status === 'ready' && version.may.launch ? (
            <Button asChild variant="primary">
              <Link href={`/rollouts/new?model=${model}&version=${version.number}`}>Launch v{version.number}</Link>
            </Button>
          ) : version.status === 'failed' && version.may.edit ? (
            <RepeatCheck {...place} />
          ) : null
        }
      />
      <CheckRunCompare version={version} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <VersionFacts version={version} />
        <LineageCard version={version} />
        <SignatureCard signature={version.signature} />
        <DocumentsCard version={version} action={version.may.edit ? <DocumentForm {...place} /> : null} />
      </div>
      <BaselineCard baseline={version.baseline} action={version.may.edit ? <BaselineUpload {...place} /> : null} />
    </>
  )
}
