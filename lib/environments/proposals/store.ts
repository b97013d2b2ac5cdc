import type { Actor } from '@/lib/auth/actor'
import type { Scope } from '@/lib/auth/permissions'
import type { Tx } from '@/lib/db'
import { notFound, Problem } from '@/lib/errors'
import { newId } from '@/lib/id'
import { documentHash } from '@/lib/rollouts/plan-hash'
import { Policy } from '@/lib/rollouts/schema'
import { PROPOSAL_DAYS } from './schema'

const DAY_MS = 86_400_000

interface Proposing {
  environment: { id: string; slug: string; policyVersion: number }
  policy: Policy
  loosens: string[]
  actor: Actor
  now: Date
}

/** Stores a looser policy to be approved. Throws while another waits. The caller holds the environment's lock. */
export async function propose(tx: Tx, { environment, policy, loosens, actor, now }: Proposing): Promise<{ id: string; hash: string }> {
  await tx.policyProposal.updateMany({
    where: { environmentId: environment.id, state: 'waiting', expiresAt: { lte: now } },
    data: { state: 'expired', endedAt: now },
  })
  const other = await tx.policyProposal.findFirst({ where: { environmentId: environment.id, state: 'waiting' } })
  if (other)
    throw new Problem(
      'conflict',
      `A looser policy of ${environment.slug} waits for approval already (by ${other.proposerName}). It must be answered or withdrawn first.`,
    )
  const id = newId()
  const document = JSON.parse(JSON.stringify(policy))
  // The hash holds the proposal's id, so that an answer belongs to one proposal.
  const hash = documentHash({ id, environment: environment.slug, basedOn: environment.policyVersion, policy: document })
  await tx.policyProposal.create({
    data: {
      ...{ id, environmentId: environment.id, basedOn: environment.policyVersion, hash, document, loosens, createdAt: now },
      expiresAt: new Date(now.getTime() + PROPOSAL_DAYS * DAY_MS),
      proposerId: actor.memberId ?? actor.id,
      proposerName: actor.name,
    },
  })
  return { id, hash }
}

/** The policy changed under them: proposals that wait were written against another, and end. */
export async function overtakeProposals(tx: Tx, environmentId: string, now: Date): Promise<void> {
  await tx.policyProposal.updateMany({ where: { environmentId, state: 'waiting' }, data: { state: 'overtaken', endedAt: now } })
}

const whole = {
  answers: { orderBy: { at: 'asc' } },
  environment: { select: { id: true, slug: true, name: true, removedAt: true } },
} as const

/** One proposal with its answers; null when there is none, or its environment was removed. */
export async function findProposal(tx: Tx, id: string) {
  const row = await tx.policyProposal.findUnique({ where: { id }, include: whole })
  if (!row || row.environment.removedAt) return null
  return { ...row, policy: Policy.parse(row.document) }
}
export type KeptProposal = NonNullable<Awaited<ReturnType<typeof findProposal>>>

/** Proposals that wait and have not expired, as they are stored, oldest first; of one environment when its id is given. */
export async function waitingProposals(tx: Tx, now: Date, environmentId?: string) {
  const where = { state: 'waiting', expiresAt: { gt: now }, environment: { removedAt: null }, ...(environmentId ? { environmentId } : {}) }
  return tx.policyProposal.findMany({ where, include: whole, orderBy: { createdAt: 'asc' } })
}
export type WaitingProposal = Awaited<ReturnType<typeof waitingProposals>>[number]

/** Where the permission to answer must hold: the environment belongs to the installation, so all teams. */
export async function proposalScope(tx: Tx, { proposalId }: { proposalId: string }): Promise<Scope> {
  const proposal = await findProposal(tx, proposalId)
  if (!proposal) throw notFound('such proposed policy')
  return { teamId: null, environmentId: proposal.environmentId }
}
