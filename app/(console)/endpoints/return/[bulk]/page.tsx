import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { BulkProgress } from '@/components/returns/progress'
import { Crumb } from '@/components/shell/crumbs'
import { LiveRefresh } from '@/components/shell/live'
import { Card } from '@/components/ui/card'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { sessionActor } from '@/lib/auth/session'
import { found } from '@/lib/pages'
import { getBulkReturn } from '@/lib/returns/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Bulk return' }

/** One bulk return: how far it is, and the way to undo it. */
export default async function BulkReturnPage({ params }: { params: Promise<{ bulk: string }> }) {
  const actor = await sessionActor()
  const id = z.uuid().safeParse((await params).bulk)
  if (!id.success) notFound()
  const bulk = await found(getBulkReturn(actor, id.data))
  return (
    <>
      <Crumb label="Bulk return" />
      <LiveRefresh keys={['endpoint', 'rollouts']} />
      <PageHeader
        title={`Return of ${bulk.items.length} ${bulk.items.length === 1 ? 'endpoint' : 'endpoints'}`}
        lead={
          <span>
            {bulk.at ? `To the versions of ${bulk.at.slice(0, 16).replace('T', ' ')} UTC, by ` : 'To the versions before, by '}
            {bulk.author} <RelativeTime at={bulk.createdAt} />
            {bulk.reason ? `: ${bulk.reason}` : ''}
          </span>
        }
      />
      <Card>
        <BulkProgress bulk={bulk} />
      </Card>
    </>
  )
}
