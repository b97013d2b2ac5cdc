import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { TakenOver } from '@/components/endpoints/takeover/taken-over'
import { WithoutSlipway } from '@/components/endpoints/without-slipway'
import { LiveRollout } from '@/components/rollouts/live-rollout'
import { ReturnTimes } from '@/components/rollouts/return-times'
import { UnreadableRollout } from '@/components/rollouts/unreadable'
import { LiveRefresh } from '@/components/shell/live'
import { sessionActor } from '@/lib/auth/session'
import { listTakeovers } from '@/lib/endpoints/takeover/queries'
import { getWithoutSlipway } from '@/lib/endpoints/without/queries'
import { found } from '@/lib/pages'
import { getRolloutTimeline, getRolloutView } from '@/lib/rollouts/queries'
import { getReturnTimes } from '@/lib/rollouts/return-times/queries'
import { getUnreadableRollout } from '@/lib/rollouts/unreadable/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Rollout' }

/** The page of a rollout. */
export default async function RolloutPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await sessionActor()
  const id = z.uuid().safeParse((await params).id)
  if (!id.success) notFound()
  const unreadable = await found(getUnreadableRollout(actor, id.data))
  if (unreadable)
    return (
      <>
        <LiveRefresh keys={[`endpoint:${unreadable.endpointId}`, `rollout:${unreadable.id}`]} />
        <UnreadableRollout rollout={unreadable} />
        <WithoutSlipway box={await getWithoutSlipway(actor, unreadable.endpointId)} />
      </>
    )
  const [rollout, timeline] = await found(Promise.all([getRolloutView(actor, id.data), getRolloutTimeline(actor, id.data)]))
  return (
    <>
      <LiveRefresh keys={[`endpoint:${rollout.endpointId}`, `rollout:${rollout.id}`]} />
      <TakenOver takeovers={await listTakeovers(actor, rollout.endpointId)} />
      <LiveRollout initial={rollout} initialTimeline={timeline} />
      <ReturnTimes times={await getReturnTimes(actor, rollout.id)} />
      <WithoutSlipway box={await getWithoutSlipway(actor, rollout.endpointId)} />
    </>
  )
}
