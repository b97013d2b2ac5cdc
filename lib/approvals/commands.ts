import type { z } from 'zod'
import type { Scope } from '@/lib/auth/permissions'
import { type CommandContext, defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { notFound, Problem } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { approvalGiven, approvalRefused } from '@/lib/rollouts/approval'
import { appendLedger, findRollout, type KeptRollout } from '@/lib/rollouts/store'
import { approverRole, whyNot } from './rule'
import { AnswerRollout } from './schema'
import { answersTo, yesesThatCount } from './store'

type Context = CommandContext<z.output<typeof AnswerRollout>>

async function rolloutScope(tx: Tx, { rolloutId }: { rolloutId: string }): Promise<Scope> {
  const rollout = await tx.rollout.findUnique({
    where: { id: rolloutId },
    select: { endpoint: { select: { environmentId: true, model: { select: { teamId: true } } } } },
  })
  if (!rollout) throw notFound('such rollout')
  return { teamId: rollout.endpoint.model.teamId, environmentId: rollout.endpoint.environmentId }
}

/** A yes to one plan hash. Enough of them start the rollout, in the same transaction. */
export const approveRollout = defineCommand({
  name: 'rollout.approve',
  input: AnswerRollout,
  permission: 'rollout:approve',
  scope: rolloutScope,
  async run(context) {
    const { tx, actor, input, scope, now } = context
    const rollout = await lockAsked(context)
    await storeAnswer(context, rollout, 'yes')
    const yeses = await yesesThatCount(tx, await answersTo(tx, rollout.id, rollout.planHash), scope, now)
    const [have, need] = [yeses.length, rollout.plan.approvals]
    const by = { id: actor.id, name: actor.name }
    await appendLedger(tx, rollout.id, [{ kind: 'approved', by, have, need }], now)
    if (have >= need) {
      const where = { rolloutId: rollout.id, planHash: rollout.planHash, approverId: { in: yeses } }
      await tx.approval.updateMany({ where, data: { usedAt: now } })
      await approvalGiven(tx, rollout.id, now)
    }
    await announce(tx, 'approvals', `rollout:${rollout.id}`)
    context.audit({ ...target(rollout), detail: { planHash: rollout.planHash, have, need, reason: input.reason } })
    return { rolloutId: rollout.id, have, need, started: have >= need }
  },
})

/** One no ends the request: the rollout is cancelled, no traffic moved. */
export const rejectRollout = defineCommand({
  name: 'rollout.reject',
  input: AnswerRollout,
  permission: 'rollout:approve',
  scope: rolloutScope,
  async run(context) {
    const { tx, actor, input, now } = context
    const rollout = await lockAsked(context)
    await storeAnswer(context, rollout, 'no')
    await approvalRefused(tx, rollout.id, { id: actor.id, name: actor.name }, input.reason, now)
    await announce(tx, 'approvals', `rollout:${rollout.id}`)
    context.audit({ ...target(rollout), detail: { planHash: rollout.planHash, reason: input.reason } })
    return { rolloutId: rollout.id }
  },
})

/** Holds the endpoint's row, then reads the rollout and refuses what is not the question that was looked at. */
async function lockAsked({ tx, input, now }: Context): Promise<KeptRollout> {
  await tx.$queryRaw`select e.id from endpoint e join rollout r on r.endpoint_id = e.id where r.id = ${input.rolloutId}::uuid for update of e`
  const rollout = await findRollout(tx, input.rolloutId)
  if (!rollout) throw notFound('such rollout')
  if (rollout.planHash !== input.planHash)
    throw new Problem('stale', 'The plan is not the one you looked at. Open the request again and read it.')
  const { state } = rollout
  if (state.phase !== 'awaiting-approval') throw new Problem('conflict', `This rollout no longer waits for approval: it is ${state.phase}.`)
  if (state.expiresAt <= now.getTime()) throw new Problem('conflict', 'The request for approval has expired. Launch the rollout again.')
  if (rollout.revision !== input.revision)
    throw new Problem('stale', `The rollout changed while you looked (revision ${rollout.revision}). Open it again.`)
  return rollout
}

async function storeAnswer({ tx, actor, input, now }: Context, rollout: KeptRollout, answer: 'yes' | 'no'): Promise<void> {
  const before = await answersTo(tx, rollout.id, rollout.planHash)
  const asked = { plan: rollout.plan, authorId: rollout.authorId, answered: before.map((given) => given.approverId) }
  const refusal = whyNot(actor.memberId, actor.kind, asked)
  if (refusal) throw new Problem(asked.answered.includes(actor.memberId ?? '') ? 'conflict' : 'forbidden', refusal)
  await tx.approval.create({
    data: {
      id: newId(),
      rolloutId: rollout.id,
      planHash: rollout.planHash,
      approverId: actor.id,
      approverName: actor.name,
      signedInAs: actor.signedInAs,
      roleThen: approverRole(actor),
      answer,
      reason: input.reason,
      at: now,
      expiresAt: rollout.state.phase === 'awaiting-approval' ? new Date(rollout.state.expiresAt) : now,
    },
  })
}

function target({ id, plan }: KeptRollout) {
  const versions = [plan.from, plan.to].map((version) => (version ? `v${version.number}` : 'none')).join(' to ')
  return { kind: 'rollout', id, name: `${plan.endpoint.model} ${versions} in ${plan.endpoint.environment}` }
}
