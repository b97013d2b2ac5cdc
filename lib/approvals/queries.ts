import type { Actor } from '@/lib/auth/actor'
import { toGrant } from '@/lib/auth/member-actor'
import { may, type Scope } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import { capital } from '@/lib/format'
import type { Prisma } from '@/lib/generated/prisma/client'
import { Strategy } from '@/lib/rollouts/schema'
import { soakSeconds } from '@/lib/rollouts/soak'
import { findRollout, type KeptRollout, toKept } from '@/lib/rollouts/store'
import { readOr } from '@/lib/stored'
import { CheckRun } from '@/lib/versions/check-run-schema'
import { whyNot } from './rule'
import type { AnsweredRow, ApprovalDetail, ApprovalRow, VersionBrief } from './schema'
import { answersTo, type StoredAnswer, toAnswer } from './store'

/** As many requests as one list shows; more at once would be a sign that something is wrong. */
const LIST_MAX = 200

const withAll = {
  plan: { select: { document: true } },
  approvals: true,
  endpoint: { select: { environmentId: true, environment: { select: { slug: true } }, model: { select: { teamId: true, slug: true } } } },
} as const

/** Requests that wait, those for the actor first, oldest first. Only what the actor may see. */
export async function listWaiting(actor: Actor): Promise<ApprovalRow[]> {
  const rows = await db().rollout.findMany({
    where: { phase: 'awaiting-approval' },
    include: withAll,
    orderBy: { createdAt: 'asc' },
    take: LIST_MAX,
  })
  const shown = rows
    .map((row) => ({ row, scope: { teamId: row.endpoint.model.teamId, environmentId: row.endpoint.environmentId } }))
    .filter(({ scope }) => may(actor.grants, 'team:read', scope))
    .map(({ row, scope }) =>
      readOr(
        'plan',
        () => toRow(actor, toKept(row), scope, row.approvals),
        (why) => unreadableRow(row, why),
      ),
    )
  return [...shown.filter((row) => row.mine), ...shown.filter((row) => !row.mine)]
}

/** How many requests wait for this actor: the number in the rail. */
export async function countWaiting(actor: Actor): Promise<number> {
  if (!may(actor.grants, 'rollout:approve', {})) return 0
  return (await listWaiting(actor)).filter((row) => row.mine).length
}

/** A request whose plan cannot be read: nobody can answer it, and it says why. */
function unreadableRow(row: Prisma.RolloutGetPayload<{ include: typeof withAll }>, why: string): ApprovalRow {
  const { model, environment } = row.endpoint
  return {
    ...{
      rolloutId: row.id,
      model: model.slug,
      environment: environment.slug,
      strategy: Strategy.parse(row.strategy),
      from: null,
      to: null,
    },
    ...{ askedBy: row.authorName, askedAt: row.createdAt.toISOString(), expiresAt: null, needed: null, given: yesOf(row.approvals) },
    ...{ mine: false, why: `${capital(why)}.` },
  }
}

function yesOf(answers: readonly Pick<StoredAnswer, 'answer'>[]): number {
  return answers.filter((answer) => answer.answer === 'yes').length
}

function toRow(
  actor: Actor,
  rollout: KeptRollout,
  scope: Scope,
  answers: readonly StoredAnswer[],
): ApprovalRow & Pick<ApprovalDetail, 'needed'> {
  const { plan, state } = rollout
  const why = whyNotMine(actor, rollout, scope, answers)
  return {
    rolloutId: rollout.id,
    model: plan.endpoint.model,
    environment: plan.endpoint.environment,
    strategy: plan.strategy,
    from: plan.from?.number ?? null,
    to: plan.to?.number ?? null,
    askedBy: rollout.authorName,
    askedAt: new Date(rollout.createdAt).toISOString(),
    expiresAt: state.phase === 'awaiting-approval' ? new Date(state.expiresAt).toISOString() : null,
    needed: plan.approvals,
    given: yesOf(answers),
    mine: state.phase === 'awaiting-approval' && why === null,
    why,
  }
}

function whyNotMine(actor: Actor, rollout: KeptRollout, scope: Scope, answers: readonly StoredAnswer[]): string | null {
  if (!may(actor.grants, 'rollout:approve', scope)) return 'It needs the role approver here.'
  const answered = answers.map((answer) => answer.approverId)
  return whyNot(actor.memberId, actor.kind, { plan: rollout.plan, authorId: rollout.authorId, answered })
}

/** Everything needed to decide on one rollout's plan. Also for one that no longer waits, to see what was answered. */
export async function approvalDetail(actor: Actor, rolloutId: string): Promise<ApprovalDetail> {
  const rollout = await findRollout(db(), rolloutId)
  const endpoint = rollout && (await db().endpoint.findUnique({ where: { id: rollout.endpointId }, include: { model: true } }))
  if (!rollout || !endpoint) throw notFound('such rollout')
  const scope = { teamId: endpoint.model.teamId, environmentId: endpoint.environmentId }
  if (!may(actor.grants, 'team:read', scope)) throw notFound('such rollout')
  const answers = await answersTo(db(), rollout.id, rollout.planHash)
  const { from: _from, to: _to, ...row } = toRow(actor, rollout, scope, answers)
  const { plan } = rollout
  const versions = await versionsOf(plan.from?.id, plan.to?.id)
  const waiting = rollout.state.phase === 'awaiting-approval' && rollout.state.expiresAt > (await databaseNow(db())).getTime()
  return {
    ...row,
    mine: row.mine && waiting,
    revision: rollout.revision,
    planHash: rollout.planHash,
    waiting,
    phase: rollout.state.phase,
    fromVersion: versions.get(plan.from?.id ?? '')?.brief ?? null,
    toVersion: versions.get(plan.to?.id ?? '')?.brief ?? null,
    sameArtifact: plan.sameArtifact,
    steps: plan.steps,
    clusters: plan.waves.map((wave) => wave.cluster),
    clusterSteps: plan.waves.flatMap(({ cluster, steps }) => (steps ? [{ cluster, steps }] : [])),
    soakSeconds: soakSeconds(plan, 0),
    waveFail: plan.pace.waveFail ?? 'all',
    gates: plan.gates,
    watchSeconds: plan.pace.watch,
    policyVersion: plan.policyVersion,
    checkRun: versions.get(plan.to?.id ?? '')?.checkRun ?? null,
    risk: endpoint.model.risk,
    dataClass: endpoint.model.dataClass,
    answers: answers.map(toAnswer),
    whoMay: waiting && !row.mine ? await approverNames(scope, rollout) : [],
  }
}

async function versionsOf(...ids: (string | undefined)[]) {
  const rows = await db().modelVersion.findMany({ where: { id: { in: ids.filter((id) => id !== undefined) } } })
  return new Map(
    rows.map((row) => {
      const brief: VersionBrief = { number: row.number, digest: row.digest, note: row.note, author: row.authorName }
      const checkRun = CheckRun.safeParse(row.checkRun)
      return [row.id, { brief, checkRun: checkRun.success ? checkRun.data : null }]
    }),
  )
}

/** Whom one can ask: everyone whose yes would count. */
async function approverNames(scope: Scope, { plan, authorId }: KeptRollout): Promise<string[]> {
  const members = await db().member.findMany({
    where: { disabledAt: null, grants: { some: { role: 'approver' } }, id: { notIn: [authorId, ...plan.authors] } },
    select: { name: true, grants: { select: { role: true, teamId: true, environmentId: true } } },
    orderBy: { name: 'asc' },
  })
  return members.filter((member) => may(member.grants.map(toGrant), 'rollout:approve', scope)).map((member) => member.name)
}

/** The latest answers that the actor may see, newest first. */
export async function listAnswered(actor: Actor): Promise<AnsweredRow[]> {
  const rows = await db().approval.findMany({
    where: seen(actor),
    orderBy: { at: 'desc' },
    take: 50,
    include: {
      rollout: {
        select: {
          ...{ phase: true, fromVersionId: true, toVersionId: true },
          endpoint: { select: { model: { select: { slug: true } }, environment: { select: { slug: true } } } },
        },
      },
    },
  })
  const versions = await versionsOf(
    ...rows.flatMap(({ rollout }) => [rollout.fromVersionId ?? undefined, rollout.toVersionId ?? undefined]),
  )
  const number = (id: string | null) => versions.get(id ?? '')?.brief.number ?? null
  return rows.map(({ rollout, ...row }) => ({
    rolloutId: row.rolloutId,
    model: rollout.endpoint.model.slug,
    environment: rollout.endpoint.environment.slug,
    from: number(rollout.fromVersionId),
    to: number(rollout.toVersionId),
    phase: rollout.phase,
    answer: toAnswer(row),
  }))
}

function seen(actor: Actor): Prisma.ApprovalWhereInput {
  // Prisma drops an empty condition from an OR: what sees everything must not be a part of one.
  if (actor.grants.some((grant) => grant.teamId === null && grant.environmentId === null)) return {}
  const places = actor.grants.map(({ teamId, environmentId }) => ({
    ...(teamId === null ? {} : { model: { teamId } }),
    ...(environmentId === null ? {} : { environmentId }),
  }))
  return { rollout: { endpoint: { OR: places } } }
}
