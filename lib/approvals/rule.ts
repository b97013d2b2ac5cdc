import type { Actor } from '@/lib/auth/actor'
import { PERMISSIONS } from '@/lib/auth/permissions'
import type { PlanDocument } from '@/lib/rollouts/schema'

/** What an answer is checked against. Pure, so that lists, the page and the command say the same. */
export interface Asked {
  plan: Pick<PlanDocument, 'authors'>
  /** Who launched it: counted as author, whatever the plan says. */
  authorId: string
  /** Members who answered this plan already. */
  answered: readonly string[]
}

/** Why this member's answer would not count; null when it would. Holding the role was checked before. */
export function whyNot(memberId: string | null, kind: 'member' | 'token' | 'engine', asked: Asked): string | null {
  if (kind !== 'member' || memberId === null) return 'Only people approve, never a token.'
  if (asked.authorId === memberId || asked.plan.authors.includes(memberId))
    return 'You made this plan or registered this version: the answer must come from somebody else.'
  if (asked.answered.includes(memberId)) return 'You answered this plan already.'
  return null
}

/** The role that gives the right to answer, as it is now. */
export function approverRole(actor: Actor): string {
  const roles: readonly string[] = PERMISSIONS['rollout:approve']
  return actor.grants.find((grant) => roles.includes(grant.role))?.role ?? ''
}
