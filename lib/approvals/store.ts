import { toGrant } from '@/lib/auth/member-actor'
import { may, type Scope } from '@/lib/auth/permissions'
import type { Tx } from '@/lib/db'
import type { Answer } from './schema'

export interface StoredAnswer {
  approverId: string
  approverName: string
  signedInAs: string | null
  roleThen: string
  answer: string
  reason: string
  at: Date
  expiresAt: Date
}

/** The answers to one plan of one rollout, oldest first. */
export function answersTo(tx: Tx, rolloutId: string, planHash: string): Promise<StoredAnswer[]> {
  return tx.approval.findMany({ where: { rolloutId, planHash }, orderBy: { at: 'asc' } })
}

/** An answer as people see it. */
export function toAnswer(row: StoredAnswer): Answer {
  return {
    name: row.approverName,
    signedInAs: row.signedInAs,
    role: row.roleThen,
    answer: row.answer === 'yes' ? 'yes' : 'no',
    reason: row.reason,
    at: row.at.toISOString(),
  }
}

/**
 * The yeses that count at this moment: not expired, and their givers still members who may approve there. Someone who was disabled or
 * lost the role between the yes and its effect does not count.
 */
export async function yesesThatCount(tx: Tx, answers: readonly StoredAnswer[], scope: Scope, now: Date): Promise<string[]> {
  const yes = answers.filter((answer) => answer.answer === 'yes' && answer.expiresAt > now)
  const approvers = await tx.member.findMany({
    where: { id: { in: yes.map((answer) => answer.approverId) }, disabledAt: null },
    select: { id: true, grants: { select: { role: true, teamId: true, environmentId: true } } },
  })
  return approvers.filter(({ grants }) => may(grants.map(toGrant), 'rollout:approve', scope)).map((approver) => approver.id)
}
