import type { Tx } from '@/lib/db'
import { findMisplacing } from '@/lib/environments/data-class/store'
import { notFound, Problem } from '@/lib/errors'
import { wakeEndpoint } from '@/lib/events'
import { refusalSentence } from './explain-why'
import { advance } from './machine'
import { placeOf } from './placing/store'
import type { Who } from './state'
import { lockEndpoint, settle } from './steering/store'
import { findLive, findRollout } from './store'

/**
 * The approvals of a rollout are complete: it starts, in the caller's transaction, if no other is live on its endpoint, its `from` is still the live version,
 * and its data may still be served where the plan goes. Throws the reason otherwise, and nothing of the caller's transaction stays.
 */
export async function approvalGiven(tx: Tx, rolloutId: string, now: Date): Promise<void> {
  const asked = await findRollout(tx, rolloutId)
  if (!asked) throw notFound('such rollout')
  const endpoint = await lockEndpoint(tx, asked.endpointId)
  const rollout = (await findRollout(tx, rolloutId)) ?? asked
  const otherLive = (await findLive(tx, endpoint.id)) !== null
  const fromIsLive = (rollout.plan.from?.id ?? null) === endpoint.liveVersionId
  const moved = advance(rollout.plan, rollout.state, { kind: 'approve-complete', otherLive, fromIsLive }, now.getTime())
  if (!moved.ok) throw new Problem('conflict', refusalSentence(moved.refusal.code))
  // Asked last: an expired request is cancelled, whatever has become of its data.
  const misplacing = moved.next.phase === 'starting' && (await findMisplacing(tx, placeOf(endpoint, rollout.plan), true))
  if (misplacing) throw new Problem('conflict', `Nothing was started. ${misplacing}`)
  await settle(tx, endpoint, [{ rollout, next: moved.next, events: moved.events }], now)
  await wakeEndpoint(tx, endpoint.id)
}

/** An approver said no: the rollout is cancelled, nothing moved. */
export async function approvalRefused(tx: Tx, rolloutId: string, by: Who, reason: string, now: Date): Promise<void> {
  const asked = await findRollout(tx, rolloutId)
  if (!asked) throw notFound('such rollout')
  const endpoint = await lockEndpoint(tx, asked.endpointId)
  const rollout = (await findRollout(tx, rolloutId)) ?? asked
  const moved = advance(rollout.plan, rollout.state, { kind: 'reject', by, reason }, now.getTime())
  if (!moved.ok) throw new Problem('conflict', refusalSentence(moved.refusal.code))
  await settle(tx, endpoint, [{ rollout, next: moved.next, events: moved.events }], now)
}
