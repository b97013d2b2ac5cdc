import type { z } from 'zod'
import { approverRole } from '@/lib/approvals/rule'
import { yesesThatCount } from '@/lib/approvals/store'
import { type CommandContext, defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { notFound, Problem } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { currentPolicy, lockEnvironment, takePolicy } from '../store'
import { whyNot } from './rule'
import { AnswerPolicy, WithdrawPolicy } from './schema'
import { findProposal, type KeptProposal, proposalScope } from './store'

type Answering = CommandContext<z.output<typeof AnswerPolicy>>

/** A yes to one proposed policy. As many as the present policy asks for make it the policy, in the same transaction. */
export const approvePolicy = defineCommand({
  name: 'environment.policy-approve',
  input: AnswerPolicy,
  permission: 'rollout:approve',
  scope: proposalScope,
  async run(context) {
    const { tx, input, scope, now } = context
    const proposal = await lockWaiting(tx, input.proposalId, now)
    await storeAnswer(context, proposal, 'yes')
    const answers = await tx.policyAnswer.findMany({ where: { proposalId: proposal.id, hash: proposal.hash } })
    const have = (await yesesThatCount(tx, answers, scope, now)).length
    const need = (await currentPolicy(tx, proposal.environmentId)).policy.approvals
    if (have >= need) {
      await end(tx, proposal, 'accepted', now)
      await takePolicy(tx, { ...proposal, version: proposal.basedOn + 1, authorName: proposal.proposerName, now })
    }
    await say(context, proposal, { have, need, ...(have >= need ? { policyVersion: proposal.basedOn + 1 } : {}), reason: input.reason })
    return { proposalId: proposal.id, have, need, inEffect: have >= need }
  },
})

/** One no ends the proposal: the policy stays as it is. */
export const rejectPolicy = defineCommand({
  name: 'environment.policy-reject',
  input: AnswerPolicy,
  permission: 'rollout:approve',
  scope: proposalScope,
  async run(context) {
    const { tx, input, now } = context
    const proposal = await lockWaiting(tx, input.proposalId, now)
    await storeAnswer(context, proposal, 'no')
    await end(tx, proposal, 'rejected', now)
    await say(context, proposal, { reason: input.reason })
    return { proposalId: proposal.id }
  },
})

/** Its proposer takes it back. */
export const withdrawPolicy = defineCommand({
  name: 'environment.policy-withdraw',
  input: WithdrawPolicy,
  permission: 'environment:manage',
  scope: proposalScope,
  async run(context) {
    const { tx, actor, input, now } = context
    const proposal = await lockWaiting(tx, input.proposalId, now)
    if (proposal.proposerId !== actor.memberId)
      throw new Problem('forbidden', `Only ${proposal.proposerName}, who proposed it, may withdraw it. An approver may reject it.`)
    await end(tx, proposal, 'withdrawn', now)
    await say(context, proposal, {})
    return { proposalId: proposal.id }
  },
})

/** Holds the environment's row, then reads the proposal and refuses one that no longer waits. */
async function lockWaiting(tx: Tx, proposalId: string, now: Date): Promise<KeptProposal> {
  const before = await findProposal(tx, proposalId)
  if (before) await lockEnvironment(tx, before.environmentId)
  const proposal = await findProposal(tx, proposalId)
  if (!proposal) throw notFound('such proposed policy')
  const expired = proposal.state === 'waiting' && proposal.expiresAt <= now
  if (expired || proposal.state !== 'waiting')
    throw new Problem('conflict', `This proposed policy no longer waits for approval: it is ${expired ? 'expired' : proposal.state}.`)
  return proposal
}

async function storeAnswer({ tx, actor, input, now }: Answering, proposal: KeptProposal, answer: 'yes' | 'no'): Promise<void> {
  if (proposal.hash !== input.hash)
    throw new Problem('stale', 'The proposed policy is not the one you looked at. Open it again and read it.')
  const answered = proposal.answers.map((given) => given.approverId)
  const refusal = whyNot(actor, { proposerId: proposal.proposerId, answered })
  if (refusal) throw new Problem(answered.includes(actor.memberId ?? '') ? 'conflict' : 'forbidden', refusal)
  const who = { approverId: actor.id, approverName: actor.name, signedInAs: actor.signedInAs, roleThen: approverRole(actor) }
  const said = { hash: input.hash, answer, reason: input.reason, at: now, expiresAt: proposal.expiresAt }
  await tx.policyAnswer.create({ data: { id: newId(), proposalId: proposal.id, ...who, ...said } })
}

async function end(tx: Tx, { id }: KeptProposal, state: 'accepted' | 'rejected' | 'withdrawn', now: Date): Promise<void> {
  await tx.policyProposal.update({ where: { id }, data: { state, endedAt: now } })
}

/** Tells open pages and the trail. */
async function say(context: Pick<Answering, 'tx' | 'audit'>, proposal: KeptProposal, detail: Record<string, unknown>): Promise<void> {
  await announce(context.tx, 'approvals', `environment:${proposal.environmentId}`)
  const { hash, basedOn, loosens } = proposal
  context.audit({
    kind: 'environment',
    id: proposal.environmentId,
    name: proposal.environment.slug,
    detail: { ...detail, hash, basedOn, loosens },
  })
}
