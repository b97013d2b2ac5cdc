import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { ReportActs } from '@/components/rollouts/report-acts'
import { ReportView } from '@/components/rollouts/report-view'
import { UnreadableRollout } from '@/components/rollouts/unreadable'
import { Crumb } from '@/components/shell/crumbs'
import { sessionActor } from '@/lib/auth/session'
import { found } from '@/lib/pages'
import { getReport } from '@/lib/rollouts/report/queries'
import { getUnreadableRollout } from '@/lib/rollouts/unreadable/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Report' }

/** The report of a rollout, to read, print and take away. */
export default async function ReportPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await sessionActor()
  const id = z.uuid().safeParse((await params).id)
  if (!id.success) notFound()
  const unreadable = await found(getUnreadableRollout(actor, id.data))
  if (unreadable) return <UnreadableRollout rollout={unreadable} />
  const report = await found(getReport(actor, id.data))
  return (
    <>
      <Crumb label="Report" />
      <ReportActs rolloutId={report.id} />
      <ReportView report={report} />
    </>
  )
}
