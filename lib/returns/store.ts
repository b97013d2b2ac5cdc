import type { Tx } from '@/lib/db'
import type { PlacedEndpoint } from '@/lib/endpoints/store'
import { notFound } from '@/lib/errors'
import { wakeEndpoint } from '@/lib/events'
import { advance } from '@/lib/rollouts/machine'
import { beginReturn, wasPromoted } from '@/lib/rollouts/returns/store'
import type { Who } from '@/lib/rollouts/state'
import { releaseLease, settle } from '@/lib/rollouts/steering/store'
import { findLive } from '@/lib/rollouts/store'

export type Returned = { rolloutId: string; refused: null } | { rolloutId: null; refused: string }

export async function findItem(tx: Tx, bulkId: string, endpointId: string) {
  const item = await tx.bulkReturnItem.findUnique({ where: { bulkId_endpointId: { bulkId, endpointId } }, include: { bulk: true } })
  if (!item) throw notFound('such endpoint in this bulk return')
  return item
}

/** Sends one endpoint to a version that was promoted there before; to the live one: its rollout is stopped. The caller holds the endpoint's row. */
export async function returnOne(tx: Tx, endpoint: PlacedEndpoint, to: string, by: Who, reason: string, now: Date): Promise<Returned> {
  const refuse = (refused: string): Returned => ({ rolloutId: null, refused })
  if (endpoint.readOnly) return refuse('It is read-only: somebody else changed its route, and nobody has answered yet.')
  const live = await findLive(tx, endpoint.id)
  if (to === endpoint.liveVersionId && live?.plan.strategy !== 'return') {
    if (!live) return refuse('That version is live already.')
    const moved = advance(live.plan, live.state, { kind: 'return', by, reason }, now.getTime())
    if (!moved.ok) return refuse('Its rollout cannot be stopped now.')
    await settle(tx, endpoint, [{ rollout: live, next: moved.next, events: moved.events }], now)
    await releaseLease(tx, endpoint.id)
    await wakeEndpoint(tx, endpoint.id)
    return { rolloutId: live.id, refused: null }
  }
  if (!(await wasPromoted(tx, endpoint.id, to))) return refuse('That version was never promoted here: launch it as a rollout.')
  return { rolloutId: await beginReturn(tx, endpoint, { to, by, now }), refused: null }
}

/** Why a return by this bulk cannot be undone any more; null: it can. The newest rollout that moved anything must still be this bulk's. */
export async function undoRefusal(
  tx: Tx,
  item: { endpointId: string; rolloutId: string | null; fromVersionId: string | null; toVersionId: string },
): Promise<string | null> {
  if (item.rolloutId === null) return 'This bulk return did not move it.'
  if (item.fromVersionId === null) return 'It had no live version before.'
  if (item.fromVersionId === item.toVersionId) return 'It stopped a rollout: launch that again.'
  const newest = await tx.rollout.findFirst({
    where: { endpointId: item.endpointId, phase: { notIn: ['cancelled', 'awaiting-approval'] } },
    select: { id: true },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  })
  return newest?.id === item.rolloutId ? null : 'Somebody changed it since.'
}
