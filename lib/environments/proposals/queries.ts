import type { Actor } from '@/lib/auth/actor'
import { may } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { demand } from '@/lib/command'
import { db } from '@/lib/db'
import { capital } from '@/lib/format'
import { Policy } from '@/lib/rollouts/schema'
import { readOr, whyUnreadable } from '@/lib/stored'
import { currentPolicy } from '../store'
import { whyNot } from './rule'
import type { ProposalView } from './schema'
import { type WaitingProposal, waitingProposals } from './store'

/** Looser policies that wait for approval in environments that the actor may read, those for the actor first; of one environment when its id is given. */
export async function listProposals(actor: Actor, environmentId?: string): Promise<ProposalView[]> {
  demand(actor, 'team:read', {})
  const rows = await waitingProposals(db(), await databaseNow(db()), environmentId)
  const shown = rows.filter((row) => may(actor.grants, 'team:read', { environmentId: row.environmentId }))
  const views = await Promise.all(shown.map((row) => toView(actor, row)))
  return [...views.filter((view) => view.mine), ...views.filter((view) => !view.mine)]
}

/** The proposed policies that wait for this actor's answer. */
export async function listMyProposals(actor: Actor): Promise<ProposalView[]> {
  if (!may(actor.grants, 'rollout:approve', { teamId: null })) return []
  return (await listProposals(actor)).filter((view) => view.mine)
}

async function toView(actor: Actor, row: WaitingProposal): Promise<ProposalView> {
  const reasons: string[] = []
  const keepWhy = (why: string) => {
    reasons.push(`${capital(why)}.`)
    return null
  }
  const policy = readOr('proposed policy', () => Policy.parse(row.document), keepWhy)
  const present = await currentPolicy(db(), row.environmentId).catch((error: unknown) => keepWhy(whyUnreadable('policy', error)))
  const why = reasons[0] ?? whyNotMine(actor, row)
  return {
    id: row.id,
    environment: { id: row.environment.id, slug: row.environment.slug, name: row.environment.name },
    ...{ hash: row.hash, basedOn: row.basedOn, policy, loosens: row.loosens },
    proposedBy: row.proposerName,
    proposedAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    needed: present?.policy.approvals ?? null,
    given: row.answers.filter((answer) => answer.answer === 'yes').length,
    answers: row.answers.map((answer) => ({
      ...{ name: answer.approverName, signedInAs: answer.signedInAs, role: answer.roleThen, reason: answer.reason },
      answer: answer.answer === 'yes' ? 'yes' : 'no',
      at: answer.at.toISOString(),
    })),
    mine: why === null,
    why,
    may: { withdraw: row.proposerId === actor.memberId && may(actor.grants, 'environment:manage', scopeOf(row)) },
  }
}

function whyNotMine(actor: Actor, row: WaitingProposal): string | null {
  if (!may(actor.grants, 'rollout:approve', scopeOf(row))) return 'It needs the role approver for all teams.'
  return whyNot(actor, { proposerId: row.proposerId, answered: row.answers.map((answer) => answer.approverId) })
}

const scopeOf = (row: WaitingProposal) => ({ teamId: null, environmentId: row.environmentId })
