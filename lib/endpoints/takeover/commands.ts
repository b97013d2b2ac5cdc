import type { Actor } from '@/lib/auth/actor'
import { defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { Problem } from '@/lib/errors'
import { wakeEndpoint } from '@/lib/events'
import { advance } from '@/lib/rollouts/machine'
import { beginReturn, wasPromoted } from '@/lib/rollouts/returns/store'
import { adoptObserved, type Change, lockEndpoint, releaseLease, settle } from '@/lib/rollouts/steering/store'
import { findLive } from '@/lib/rollouts/store'
import { endpointScope, type PlacedEndpoint } from '../store'
import { endpointTarget } from '../trail'
import { routedVersion } from './routed'
import { AnswerTakeover } from './schema'

interface Answered {
  /** The rollout that follows from it; null: none was needed. */
  rolloutId: string | null
}

/** What the clusters route by becomes a person's act: the live rollout ends, and the version that has the traffic is the live one from now on. */
export const adoptRoute = defineCommand({
  name: 'endpoint.adopt',
  input: AnswerTakeover,
  permission: 'rollout:takeover',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, actor, input, now, audit }): Promise<Answered> {
    const endpoint = await takenOver(tx, input.endpointId)
    const version = await adoptable(tx, endpoint)
    const rolloutId = await adopt(tx, actor, endpoint, version.id, input.reason, now)
    audit(await endpointTarget(tx, endpoint.id, { ...told(endpoint), version: version.number, reason: input.reason }))
    return { rolloutId }
  },
})

/** What Slipway wanted is written again, over what the clusters route by now. */
export const restoreRoute = defineCommand({
  name: 'endpoint.restore',
  input: AnswerTakeover,
  permission: 'rollout:takeover',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, actor, input, now, audit }): Promise<Answered> {
    const endpoint = await takenOver(tx, input.endpointId)
    const rolloutId = await goOn(tx, actor, endpoint, input.reason, now)
    audit(await endpointTarget(tx, endpoint.id, { ...told(endpoint), reason: input.reason }))
    return { rolloutId }
  },
})

/** After a restore from backup: what the clusters hold is right, and ours from now on. Where it is what the database has, nothing changes. */
export const confirmRoute = defineCommand({
  name: 'endpoint.confirm',
  input: AnswerTakeover,
  permission: 'endpoint:confirm',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, actor, input, now, audit }): Promise<Answered> {
    const endpoint = await takenOver(tx, input.endpointId)
    if (endpoint.readOnly?.kind !== 'older-database')
      throw new Problem('conflict', 'This endpoint is not waiting after a restore from backup: adopt what runs, or restore ours.')
    const same = endpoint.clusters.every(({ observation, generation }) => !observation || observation.generation <= generation)
    const version = same ? null : await adoptable(tx, endpoint)
    const rolloutId = version ? await adopt(tx, actor, endpoint, version.id, input.reason, now) : await goOn(tx, actor, endpoint, '', now)
    audit(await endpointTarget(tx, endpoint.id, { ...told(endpoint), version: version?.number ?? 'as stored', reason: input.reason }))
    return { rolloutId }
  },
})

async function takenOver(tx: Tx, endpointId: string): Promise<PlacedEndpoint> {
  const endpoint = await lockEndpoint(tx, endpointId)
  if (!endpoint.readOnly) throw new Problem('conflict', 'Nobody else changed this route: there is nothing to answer.')
  return endpoint
}

function told({ readOnly }: PlacedEndpoint): Record<string, unknown> {
  return { kind: readOnly?.kind, by: readOnly?.by, host: readOnly?.host, at: readOnly && new Date(readOnly.at).toISOString() }
}

/** The version that the clusters route everything to, if it may become ours without the approvals of a rollout. */
async function adoptable(tx: Tx, endpoint: PlacedEndpoint): Promise<{ id: string; number: number }> {
  const routed = routedVersion(endpoint)
  if (!routed)
    throw new Problem(
      'conflict',
      'The clusters do not agree on one version with all traffic: restore ours, or end it there with "keep theirs" on the rollout.',
    )
  const version = await tx.modelVersion.findFirst({ where: { id: routed, modelId: endpoint.modelId }, select: { id: true, number: true } })
  if (!version) throw new Problem('conflict', 'The clusters run a version that is not registered here: register it again, or restore ours.')
  const known =
    version.id === endpoint.liveVersionId ||
    endpoint.readOnly?.kind === 'older-database' ||
    (await wasPromoted(tx, endpoint.id, version.id))
  if (!known)
    throw new Problem(
      'conflict',
      `Version ${version.number} was never promoted here: restore ours, and launch it as a rollout, so that others can look at it.`,
    )
  return version
}

/** The version that was live stays so, and the live rollout ends aborted; another one becomes live by a rollout of strategy return. */
async function adopt(tx: Tx, actor: Actor, endpoint: PlacedEndpoint, versionId: string, reason: string, now: Date): Promise<string | null> {
  const by = { id: actor.id, name: actor.name }
  const live = await findLive(tx, endpoint.id)
  const stays = versionId === endpoint.liveVersionId && live?.plan.strategy !== 'return'
  if (stays) return takeBack(tx, endpoint, await changesOf(tx, endpoint, { kind: 'return', by, reason }, now), now)
  const rolloutId = await beginReturn(tx, await adoptObserved(tx, endpoint, false, now), { to: versionId, by, now })
  await releaseLease(tx, endpoint.id)
  return rolloutId
}

/** What was stored goes on, its rollout too. */
async function goOn(tx: Tx, actor: Actor, endpoint: PlacedEndpoint, reason: string, now: Date): Promise<string | null> {
  const by = { id: actor.id, name: actor.name }
  return takeBack(tx, endpoint, await changesOf(tx, endpoint, { kind: 'takeover-restore', by, reason }, now), now)
}

/** Stores the changes with wishes later than what the clusters hold, whatever they ask for, and takes the endpoint from the turn that runs. Returns the changed rollout's id. */
async function takeBack(tx: Tx, endpoint: PlacedEndpoint, changes: readonly Change[], now: Date): Promise<string | null> {
  await settle(tx, await adoptObserved(tx, endpoint, false, now), changes, now, { renew: true })
  await releaseLease(tx, endpoint.id)
  await wakeEndpoint(tx, endpoint.id)
  return changes[0]?.rollout.id ?? null
}

/** What the live rollout makes of it; none: there is no live rollout, or it has nothing to change. */
async function changesOf(
  tx: Tx,
  endpoint: PlacedEndpoint,
  input: { kind: 'return' | 'takeover-restore'; by: { id: string; name: string }; reason: string },
  now: Date,
): Promise<Change[]> {
  const live = await findLive(tx, endpoint.id)
  if (!live) return []
  const moved = advance(live.plan, live.state, input, now.getTime())
  return moved.ok && moved.next !== live.state ? [{ rollout: live, next: moved.next, events: moved.events }] : []
}
