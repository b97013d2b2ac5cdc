import type { Metadata } from 'next'
import { SegmentsForm } from '@/components/models/segments-form'
import { Banner } from '@/components/ui/banner'
import { PageHeader } from '@/components/ui/page-header'
import { sessionActor } from '@/lib/auth/session'
import { getModel } from '@/lib/models/queries'
import { found } from '@/lib/pages'
import { getVersion } from '@/lib/versions/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Segments' }

/** Declares the segments of a model. */
export default async function SegmentsPage({ params }: { params: Promise<{ model: string }> }) {
  const actor = await sessionActor()
  const model = await found(getModel(actor, (await params).model))
  const newest = model.versions > 0 ? await found(getVersion(actor, model.slug, model.versions)) : null
  return (
    <>
      <PageHeader
        title={`Segments of ${model.name}`}
        lead="A segment is judged by itself, beside the whole. A request is in the first that it fits. Rollouts under way keep theirs."
      />
      {model.may.register ? (
        <SegmentsForm model={model.slug} segments={model.segments} features={newest?.baseline?.features.map(({ name }) => name) ?? []} />
      ) : (
        <Banner tone="info">Engineers of the team {model.team.name} declare segments.</Banner>
      )}
    </>
  )
}
