import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { ApprovalRequest } from '@/components/approvals/detail'
import { UnreadableRollout } from '@/components/rollouts/unreadable'
import { Crumb } from '@/components/shell/crumbs'
import { LiveRefresh } from '@/components/shell/live'
import { PageHeader } from '@/components/ui/page-header'
import { approvalDetail } from '@/lib/approvals/queries'
import { sessionActor } from '@/lib/auth/session'
import { found } from '@/lib/pages'
import { getUnreadableRollout } from '@/lib/rollouts/unreadable/queries'

export const metadata: Metadata = { title: 'Request for approval' }
export const dynamic = 'force-dynamic'

/** One request with everything needed to decide. */
export default async function ApprovalPage({ params }: { params: Promise<{ rollout: string }> }) {
  const actor = await sessionActor()
  const id = z.uuid().safeParse((await params).rollout)
  if (!id.success) notFound()
  const unreadable = await found(getUnreadableRollout(actor, id.data))
  if (unreadable) return <UnreadableRollout rollout={unreadable} />
  const request = await found(approvalDetail(actor, id.data))
  const to = request.toVersion ? `v${request.toVersion.number}` : 'no version'
  return (
    <>
      <LiveRefresh keys={['approvals', `rollout:${request.rolloutId}`]} />
      <Crumb label={`${request.model} ${to}`} />
      <PageHeader
        title={`${request.model} ${to} in ${request.environment}`}
        lead={request.mine ? `${request.askedBy} asks for your approval.` : undefined}
      />
      <ApprovalRequest request={request} />
    </>
  )
}
