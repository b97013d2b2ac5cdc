import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { z } from 'zod'
import { LiveRollout } from '@/components/rollouts/live-rollout'
import { sessionActor } from '@/lib/auth/session'
import { found } from '@/lib/pages'
import { getRolloutTimeline, getRolloutView } from '@/lib/rollouts/queries'

export const dynamic = 'force-dynamic'
export const metadata: Metadata = { title: 'Rollout' }

/** The page of a rollout. */
export default async function RolloutPage({ params }: { params: Promise<{ id: string }> }) {
  const actor = await sessionActor()
  const id = z.uuid().safeParse((await params).id)
  if (!id.success) notFound()
  const [rollout, timeline] = await found(Promise.all([getRolloutView(actor, id.data), getRolloutTimeline(actor, id.data)]))
  return <LiveRollout initial={rollout} initialTimeline={timeline} />
}
