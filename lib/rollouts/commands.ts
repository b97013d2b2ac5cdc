import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { findMisplacing } from '@/lib/environments/data-class/store'
import { invalid, notFound, Problem } from '@/lib/errors'
import { wakeEndpoint } from '@/lib/events'
import { newId } from '@/lib/id'
import { unjudgedWords } from './explain-why'
import { previewChanges, requireWilling } from './launching/changes'
import { otherOutlooks, recentTraffic, stepView } from './launching/outlook'
import { ensureEndpoint, findLaunchTarget, launchScope, planOf } from './launching/store'
import { newRollout } from './new-rollout'
import { placeOf } from './placing/store'
import { preview } from './preview'
import { beginReturn, wasPromoted } from './returns/store'
import { LaunchRollout, LIVE_PHASES, type PlanDocument, ReturnEndpoint } from './schema'
import { lockEndpoint, rolloutName, rolloutScope, settle } from './steering/store'
import { findLive, findRollout, type KeptRollout } from './store'
import type { LaunchPreview } from './view-schema'

/** What a launch answers: where to look next. */
export interface Launched {
  id: string
  phase: string
  planHash: string
}

/** Freezes a plan and stores its rollout: it starts at once, or waits for the approvals that the environment's policy asks. */
export const launchRollout = defineCommand({
  name: 'rollout.launch',
  input: LaunchRollout,
  permission: 'rollout:launch',
  scope: async (tx, input) => (await launchScope(tx, input)).scope,
  async run({ tx, actor, input, now, audit }): Promise<Launched> {
    const launched = await launch(tx, actor, input, now, false)
    audit({
      kind: 'rollout',
      id: launched.plan.rolloutId,
      name: rolloutName(launched.plan),
      detail: { planHash: launched.hash, strategy: launched.plan.strategy, ...despite(launched) },
    })
    return { id: launched.plan.rolloutId, phase: launched.phase, planHash: launched.hash }
  },
})

/** What a launch would do: minutes per step, approvals, and what would change on the clusters. It changes nothing, so it is not audited. */
export const previewRollout = defineCommand({
  name: 'rollout.preview',
  input: LaunchRollout,
  permission: 'rollout:launch',
  scope: async (tx, input) => (await launchScope(tx, input)).scope,
  async run({ tx, actor, input, now }): Promise<LaunchPreview> {
    const target = await findLaunchTarget(tx, input)
    const plan = planOf(target, input, actor, target.endpointId ?? newId())
    const outlook = preview(plan, await recentTraffic(target, now))
    return {
      strategy: plan.strategy,
      from: plan.from?.number ?? null,
      to: target.version.number,
      steps: outlook.steps.map(stepView),
      others: await otherOutlooks(target, plan, now),
      approvalsNeeded: outlook.approvals,
      returnSeconds: outlook.returnSeconds,
      changes: await previewChanges(target, plan),
      unjudged: unjudgedWords(plan.gates),
      notes: [...outlook.notes],
    }
  },
})

/** Launches the plan of an ended rollout again, from the version that is live now. */
export const rerunRollout = defineCommand({
  name: 'rollout.rerun',
  input: z.object({ rolloutId: z.uuid() }),
  permission: 'rollout:launch',
  scope: (tx, input) => rolloutScope(tx, input.rolloutId),
  async run({ tx, actor, input, now, audit }): Promise<Launched> {
    const before = await findRollout(tx, input.rolloutId)
    if (!before) throw notFound('such rollout')
    const { plan } = before
    if (plan.strategy === 'return' || plan.to === null)
      throw invalid('rolloutId', 'A return is not run again: return the endpoint instead.')
    const choice = {
      model: plan.endpoint.model,
      environment: plan.endpoint.environment,
      version: plan.to.number,
      replicas: plan.waves[0]?.replicas ?? 1,
    }
    const same =
      plan.strategy === 'initial'
        ? {}
        : { strategy: plan.strategy, steps: plan.steps, gates: plan.gates, ...(await clusterStepsOf(tx, before)) }
    const launched = await launch(tx, actor, LaunchRollout.parse({ ...choice, ...same, pace: plan.pace }), now, true)
    audit({
      kind: 'rollout',
      id: launched.plan.rolloutId,
      name: rolloutName(launched.plan),
      detail: { planHash: launched.hash, again: before.id },
    })
    return { id: launched.plan.rolloutId, phase: launched.phase, planHash: launched.hash }
  },
})

/** Sends an endpoint back to a version that was promoted there before. It ends the live rollout in the same transaction; nobody has to approve it. */
export const returnEndpoint = defineCommand({
  name: 'endpoint.return',
  input: ReturnEndpoint,
  permission: 'rollout:return',
  scope: async (tx, input) => {
    const row = await tx.endpoint.findUnique({
      where: { id: input.endpointId },
      select: { environmentId: true, model: { select: { teamId: true } } },
    })
    if (!row) throw notFound('such endpoint')
    return { teamId: row.model.teamId, environmentId: row.environmentId }
  },
  async run({ tx, actor, input, now, audit }): Promise<{ id: string }> {
    const endpoint = await lockEndpoint(tx, input.endpointId)
    if (endpoint.removedAt !== null)
      throw new Problem('conflict', 'This endpoint is retired: launch the version as a rollout to serve it again.')
    const version = await tx.modelVersion.findUnique({
      where: { modelId_number: { modelId: endpoint.modelId, number: input.version } },
      select: { id: true, number: true },
    })
    if (!version) throw invalid('version', `The model ${endpoint.model} has no version ${input.version}.`)
    const live = await findLive(tx, endpoint.id)
    if (version.id === endpoint.liveVersionId && live?.plan.strategy !== 'return')
      throw invalid('version', `Version ${version.number} is the live one. To stop a rollout, return that rollout.`)
    if (!(await wasPromoted(tx, endpoint.id, version.id)))
      throw invalid('version', `Version ${version.number} was never promoted here: launch it as a rollout, so that others can look at it.`)
    const by = { id: actor.id, name: actor.name }
    const id = await beginReturn(tx, endpoint, { to: version.id, by, now })
    audit({
      kind: 'rollout',
      id,
      name: `${endpoint.model} back to v${version.number} in ${endpoint.environment}`,
      detail: { endpointId: endpoint.id, reason: input.reason },
    })
    return { id }
  },
})

/** The steps that its waves had of their own, of the clusters that are still there. */
async function clusterStepsOf(tx: Tx, { plan, endpointId }: KeptRollout): Promise<Pick<LaunchRollout, 'clusterSteps'>> {
  const own = plan.waves.flatMap(({ clusterId, cluster, steps }) => (steps ? [{ clusterId, cluster, steps }] : []))
  if (own.length === 0) return {}
  const { environmentId } = await tx.endpoint.findUniqueOrThrow({ where: { id: endpointId }, select: { environmentId: true } })
  const placed = await tx.environmentCluster.findMany({ where: { environmentId }, select: { clusterId: true } })
  const left = own.filter((wave) => placed.some(({ clusterId }) => clusterId === wave.clusterId))
  return { clusterSteps: left.map(({ cluster, steps }) => ({ cluster, steps })) }
}

interface Frozen {
  plan: PlanDocument
  hash: string
  phase: string
  /** What clusters would refuse, and was launched despite. */
  refusals: string[]
}

function despite({ refusals }: Frozen): { despite?: string[] } {
  return refusals.length > 0 ? { despite: refusals } : {}
}

async function launch(tx: Tx, actor: Actor, choice: LaunchRollout, now: Date, rerun: boolean): Promise<Frozen> {
  const before = await findLaunchTarget(tx, choice)
  const refusals = await requireWilling(before, planOf(before, choice, actor, before.endpointId ?? newId(), rerun), choice)
  const endpointId = await ensureEndpoint(tx, before, choice.replicas, now)
  const endpoint = await lockEndpoint(tx, endpointId)
  // Read again under the lock: a promotion may have come between.
  const target = endpoint.liveVersionId === (before.live?.id ?? null) ? before : await findLaunchTarget(tx, choice)
  const plan = planOf(target, choice, actor, endpointId, rerun)
  // A class that was raised between is seen here, and one that is being raised waits until the rollout is stored.
  const misplacing = await findMisplacing(tx, placeOf(endpoint, plan), true)
  if (misplacing) throw invalid('environment', misplacing)
  const begin = newRollout(plan, { id: actor.id, name: actor.name }, now)
  const live = await findLive(tx, endpointId)
  if (live && LIVE_PHASES.some((phase) => phase === begin.state.phase))
    throw new Problem(
      'conflict',
      `A rollout of ${endpoint.model} to ${live.plan.to ? `v${live.plan.to.number}` : 'no version'} in ${endpoint.environment} is live already (${live.state.phase}): let it end, or return it, first.`,
    )
  await settle(tx, endpoint, [], now, { begin })
  await wakeEndpoint(tx, endpointId)
  return { plan, hash: begin.planHash, phase: begin.state.phase, refusals }
}
