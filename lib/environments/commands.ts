import { defineCommand } from '@/lib/command'
import { invalid, Problem } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import type { DataClass } from '@/lib/models/schema'
import { pauseMisplaced } from '@/lib/rollouts/placing/store'
import { unknownClusters } from '@/lib/rollouts/plan-steps'
import type { Policy } from '@/lib/rollouts/schema'
import { dataClassMismatch, usualDataClass } from './data-class/rule'
import { refuseCloud } from './data-class/store'
import { defaultPolicy } from './defaults'
import { loosenings } from './loosening'
import { propose } from './proposals/store'
import { CreateEnvironment, EditEnvironment, EditPolicy, type Kind, type PolicyEdited, RemoveEnvironment, SetClusters } from './schema'
import {
  clusterNames,
  currentPolicy,
  environmentBySlug,
  environmentScope,
  lockEnvironment,
  placedClusters,
  refuseLiveRollouts,
  servedEndpoints,
  takePolicy,
} from './store'

/** A new target with its clusters in waves, the data that it serves, and version 1 of its policy: the defaults of its kind unless others are sent. */
export const createEnvironment = defineCommand({
  name: 'environment.create',
  input: CreateEnvironment,
  permission: 'environment:manage',
  scope: async () => ({ teamId: null, environmentId: null }),
  async run({ tx, actor, input, now, audit }) {
    const { slug, name, kind } = input
    const dataClass = input.dataClass ?? usualDataClass(kind)
    requireServable(kind, dataClass)
    const clusters = await placedClusters(tx, kind, input.clusters)
    if (input.policy) refuseUnknown(input.policy, input.clusters)
    const id = newId()
    const made = await tx.environment.createMany({ data: { id, slug, name, kind, dataClass, createdAt: now }, skipDuplicates: true })
    if (made.count === 0) throw invalid('slug', `The address "${slug}" is taken. Choose another.`)
    await tx.environmentCluster.createMany({ data: clusters.map((cluster) => ({ environmentId: id, ...cluster })) })
    await takePolicy(tx, { environmentId: id, version: 1, policy: input.policy ?? defaultPolicy(kind), authorName: actor.name, now })
    await announce(tx, `environment:${id}`)
    audit({ kind: 'environment', id, name: slug, detail: { kind, dataClass, clusters: input.clusters } })
    return { id, slug, policyVersion: 1 }
  },
})

/**
 * Gives it another name, or says which data it serves; its address stays. What it serves already goes on, and is shown where it no longer fits; a rollout that
 * brings data which it serves no more is paused.
 */
export const editEnvironment = defineCommand({
  name: 'environment.edit',
  input: EditEnvironment,
  permission: 'environment:manage',
  scope: (tx, input) => environmentScope(tx, input.environment),
  async run({ tx, actor, input, now, audit }) {
    const { environment: _slug, ...changes } = input
    const { id, slug, kind, dataClass: before } = await environmentBySlug(tx, input.environment)
    if (changes.dataClass) requireServable(kind, changes.dataClass)
    const change = () => tx.environment.update({ where: { id }, data: changes })
    const detail: Record<string, unknown> = { ...changes }
    if (changes.dataClass && changes.dataClass !== before) {
      const by = { id: actor.id, name: actor.name }
      const paused = await pauseMisplaced(tx, { environmentId: id }, { by, now, change })
      Object.assign(detail, { dataClassBefore: before, paused })
    } else await change()
    await announce(tx, `environment:${id}`)
    audit({ kind: 'environment', id, name: slug, detail })
    return { id }
  },
})

/**
 * Writes a new version of the policy; rollouts keep the version that their plan was made with. Where the present policy asks for approvals and the new
 * one is looser, it is only proposed: it takes effect when as many approvers said yes (proposals/commands).
 */
export const editPolicy = defineCommand({
  name: 'environment.policy',
  input: EditPolicy,
  permission: 'environment:manage',
  scope: (tx, input) => environmentScope(tx, input.environment),
  async run({ tx, actor, input, now, audit }): Promise<PolicyEdited> {
    const { id, slug } = await environmentBySlug(tx, input.environment)
    await lockEnvironment(tx, id)
    const present = await currentPolicy(tx, id)
    if (present.version !== input.basedOn)
      throw new Problem(
        'stale',
        `The policy is at version ${present.version}; you changed version ${input.basedOn}. Load the page again and do it anew.`,
      )
    const { policy } = input
    refuseUnknown(policy, await clusterNames(tx, id))
    const loosens = present.policy.approvals > 0 ? loosenings(present.policy, policy) : []
    await announce(tx, `environment:${id}`, 'approvals')
    if (loosens.length > 0) {
      const environment = { id, slug, policyVersion: present.version }
      const proposal = await propose(tx, { environment, policy, loosens, actor, now })
      audit({ kind: 'environment', id, name: slug, detail: { proposed: proposal.hash, basedOn: present.version, loosens } })
      return { id, policyVersion: present.version, proposal: { ...proposal, loosens, needed: present.policy.approvals } }
    }
    const version = present.version + 1
    await takePolicy(tx, { environmentId: id, version, policy, authorName: actor.name, now })
    audit({ kind: 'environment', id, name: slug, detail: { policyVersion: version, approvals: policy.approvals, alias: policy.alias } })
    return { id, policyVersion: version, proposal: null }
  },
})

/**
 * Changes clusters and waves. Not while a rollout goes on; a cluster that serves endpoints stays until they are removed, and none in a cloud comes to restricted
 * data.
 */
export const setClusters = defineCommand({
  name: 'environment.clusters',
  input: SetClusters,
  permission: 'environment:manage',
  scope: (tx, input) => environmentScope(tx, input.environment),
  async run({ tx, input, audit }) {
    const { id, slug, kind } = await environmentBySlug(tx, input.environment)
    await lockEnvironment(tx, id)
    await refuseLiveRollouts(tx, [id], 'Changing the clusters')
    const clusters = await placedClusters(tx, kind, input.clusters)
    const before = await tx.environmentCluster.findMany({ where: { environmentId: id }, select: { clusterId: true } })
    const added = clusters.filter(({ clusterId }) => !before.some((old) => old.clusterId === clusterId))
    await refuseCloud(
      tx,
      id,
      added.map(({ clusterId }) => clusterId),
    )
    const leaves = before.some((old) => !clusters.some((cluster) => cluster.clusterId === old.clusterId))
    const served = leaves ? await servedEndpoints(tx, [id]) : null
    if (served) throw new Problem('conflict', `A cluster cannot leave "${slug}" while it serves ${served}. Remove the endpoints first.`)
    await tx.environmentCluster.deleteMany({ where: { environmentId: id } })
    await tx.environmentCluster.createMany({ data: clusters.map((cluster) => ({ environmentId: id, ...cluster })) })
    await announce(tx, `environment:${id}`)
    audit({ kind: 'environment', id, name: slug, detail: { clusters: input.clusters } })
    return { id }
  },
})

/** Takes an environment away; its rollouts and their evidence stay. Refused while it serves an endpoint. */
export const removeEnvironment = defineCommand({
  name: 'environment.remove',
  input: RemoveEnvironment,
  permission: 'environment:manage',
  scope: (tx, input) => environmentScope(tx, input.environment),
  async run({ tx, input, now, audit }) {
    const { id, slug } = await environmentBySlug(tx, input.environment)
    await lockEnvironment(tx, id)
    await refuseLiveRollouts(tx, [id], `Removing the environment "${slug}"`)
    const served = await servedEndpoints(tx, [id])
    if (served) throw new Problem('conflict', `The environment cannot be removed while it serves ${served}. Remove the endpoints first.`)
    await tx.environmentCluster.deleteMany({ where: { environmentId: id } })
    // The address becomes free; what refers to the environment by its id keeps a name to show.
    await tx.environment.update({ where: { id }, data: { removedAt: now, slug: `${slug}~${id}` } })
    await announce(tx, `environment:${id}`)
    audit({ kind: 'environment', id, name: slug })
    return { id }
  },
})

/** Steps of a cluster that is not there would be nobody's. */
function refuseUnknown(policy: Policy, clusters: readonly { cluster: string }[]): void {
  const fields = Object.entries(unknownClusters(policy, clusters)).map(([path, message]) => ({ path, message }))
  if (fields.length > 0) throw new Problem('invalid', fields[0].message, fields)
}

function requireServable(kind: Kind, dataClass: DataClass): void {
  const mismatch = dataClassMismatch(kind, dataClass)
  if (mismatch) throw invalid('dataClass', mismatch)
}
