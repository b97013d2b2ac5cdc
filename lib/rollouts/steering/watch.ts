import type { Tx } from '@/lib/db'
import { advance } from '../machine'
import type { RolloutState, Who } from '../state'
import { findLastEnded, type KeptRollout } from '../store'

/** Whose rollout begins to move with these changes, if any: one that was launched without approval, or one whose approvals are complete. */
export function beginner(
  begin: { readonly state: RolloutState; readonly author: Who } | undefined,
  changes: readonly { readonly rollout: KeptRollout; readonly next: RolloutState }[],
): Who | null {
  if (begin && begin.state.phase !== 'awaiting-approval') return begin.author
  const approved = changes.find(({ rollout, next }) => rollout.state.phase === 'awaiting-approval' && next.phase === 'starting')
  return approved ? { id: approved.rollout.authorId, name: approved.rollout.authorName } : null
}

/** The watch of the rollout before, ended by the one that begins: it never stands in the way, and never returns what comes after. */
export async function endedWatch(tx: Tx, endpointId: string, by: Who, now: Date) {
  const last = await findLastEnded(tx, endpointId)
  if (!last) return []
  const moved = advance(last.plan, last.state, { kind: 'supersede', by }, now.getTime())
  return moved.ok ? [{ rollout: last, next: moved.next, events: moved.events }] : []
}
