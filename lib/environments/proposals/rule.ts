import type { Actor } from '@/lib/auth/actor'

/** What an answer to a proposed policy is checked against. */
export interface Proposed {
  proposerId: string
  /** Members who answered it already. */
  answered: readonly string[]
}

/** Why this actor's answer would not count; null when it would. Holding the role was checked before. Pure: lists, the page and the command say the same. */
export function whyNot(actor: Pick<Actor, 'kind' | 'memberId'>, proposed: Proposed): string | null {
  if (actor.kind !== 'member' || actor.memberId === null) return 'Only people approve, never a token.'
  if (actor.memberId === proposed.proposerId) return 'You proposed this policy: the answer must come from somebody else.'
  if (proposed.answered.includes(actor.memberId)) return 'You answered this proposal already.'
  return null
}
