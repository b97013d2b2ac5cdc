import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '@/lib/auth/actor'
import { defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { invalid, notFound, Problem } from '@/lib/errors'
import { announce, wakeEndpoint } from '@/lib/events'
import { newId } from '@/lib/id'
import { advance } from '@/lib/rollouts/machine'
import { LIVE_PHASES } from '@/lib/rollouts/schema'
import { adoptObserved, type Change, lockEndpoint, releaseLease, settle } from '@/lib/rollouts/steering/store'
import { findLastEnded } from '@/lib/rollouts/store'
import { type CreatedKey, CreateKey, RetireEndpoint, RevokeKey, ScaleEndpoint, SetLabelRate } from './schema'
import { endpointScope } from './store'
import { endpointTarget } from './trail'

const DAY_MS = 86_400_000
/** Enough for any change-over; each key is part of the wish of every cluster. */
const KEYS_MAX = 20

/** Makes a key for callers of an endpoint. It counts as soon as the clusters acknowledge the wish that holds its hash. */
export const createKey = defineCommand({
  name: 'endpoint.key-create',
  input: CreateKey,
  permission: 'endpoint:key',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, input, now, audit }): Promise<CreatedKey> {
    const { endpointId, name, days } = input
    if ((await tx.endpointKey.count({ where: { endpointId } })) >= KEYS_MAX)
      throw invalid('name', `An endpoint has at most ${KEYS_MAX} keys. Revoke one that is no longer used.`)
    const prefix = `slk_${randomBytes(4).toString('hex')}`
    const key = `${prefix}_${randomBytes(24).toString('base64url')}`
    const expiresAt = days === null ? null : new Date(now.getTime() + days * DAY_MS)
    const id = newId()
    await tx.endpointKey.create({
      data: { id, endpointId, prefix, hash: createHash('sha256').update(key).digest('hex'), name, createdAt: now, expiresAt },
    })
    await changed(tx, endpointId)
    audit(await endpointTarget(tx, endpointId, { key: prefix, name, expiresAt }))
    return { id, key, prefix, expiresAt: expiresAt?.toISOString() ?? null }
  },
})

/** Ends a key: callers that still use it get 401 as soon as the clusters acknowledge. The last key's end opens the endpoint to callers without one. */
export const revokeKey = defineCommand({
  name: 'endpoint.key-revoke',
  input: RevokeKey,
  permission: 'endpoint:key',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, input, audit }): Promise<{ id: string }> {
    const key = await tx.endpointKey.findFirst({
      where: { id: input.keyId, endpointId: input.endpointId },
      select: { prefix: true, name: true },
    })
    if (!key) throw notFound('such key on this endpoint')
    await tx.endpointKey.delete({ where: { id: input.keyId } })
    await changed(tx, input.endpointId)
    audit(await endpointTarget(tx, input.endpointId, { key: key.prefix, name: key.name }))
    return { id: input.keyId }
  },
})

/** Sets how many replicas of the live version each cluster runs. */
export const scaleEndpoint = defineCommand({
  name: 'endpoint.scale',
  input: ScaleEndpoint,
  permission: 'endpoint:scale',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, input, audit }): Promise<{ replicas: number }> {
    const before = await tx.endpoint.findUniqueOrThrow({ where: { id: input.endpointId }, select: { replicas: true, removedAt: true } })
    if (before.removedAt) throw new Problem('conflict', 'This endpoint is retired: nothing runs here. Launch a version to serve it again.')
    if (before.replicas === input.replicas) return { replicas: input.replicas }
    const live = await tx.rollout.findFirst({
      where: { endpointId: input.endpointId, phase: { in: [...LIVE_PHASES] } },
      select: { id: true },
    })
    if (live)
      throw new Problem(
        'conflict',
        'A rollout is under way here, and its plan says how many replicas run. Scale when it has ended, or return it first.',
      )
    await tx.endpoint.update({ where: { id: input.endpointId }, data: { replicas: input.replicas } })
    await changed(tx, input.endpointId)
    audit(await endpointTarget(tx, input.endpointId, { from: before.replicas, to: input.replicas }))
    return { replicas: input.replicas }
  },
})

/** Sets the share of predictions that are kept for their labels, the same for both arms. */
export const setLabelRate = defineCommand({
  name: 'endpoint.label-rate',
  input: SetLabelRate,
  permission: 'endpoint:scale',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, input, audit }): Promise<{ rate: number }> {
    const before = await tx.endpoint.findUniqueOrThrow({ where: { id: input.endpointId }, select: { labelRate: true } })
    if (before.labelRate === input.rate) return { rate: input.rate }
    await tx.endpoint.update({ where: { id: input.endpointId }, data: { labelRate: input.rate } })
    await changed(tx, input.endpointId)
    audit(await endpointTarget(tx, input.endpointId, { from: before.labelRate, to: input.rate }))
    return { rate: input.rate }
  },
})

/**
 * Ends an endpoint: no version is live, its keys are revoked, and every cluster is asked to stop serving it until it says that it has. Refused while a
 * rollout goes on or waits for a yes. A launch of the model in the environment serves it again, as a first version: open to all until it has a key.
 */
export const retireEndpoint = defineCommand({
  name: 'endpoint.retire',
  input: RetireEndpoint,
  permission: 'endpoint:retire',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, actor, input, now, audit }): Promise<{ id: string }> {
    const endpoint = await lockEndpoint(tx, input.endpointId)
    const { id } = endpoint
    if (endpoint.removedAt !== null) return { id }
    const rollout = await tx.rollout.findFirst({
      where: { endpointId: id, phase: { in: [...LIVE_PHASES, 'awaiting-approval'] } },
      select: { phase: true },
    })
    if (rollout)
      throw new Problem(
        'conflict',
        `A rollout is ${rollout.phase} here. Retire the endpoint when it has ended, or return or cancel it first.`,
      )
    // A person decides over everybody: also what another writer left on the clusters goes.
    const ours = await adoptObserved(tx, endpoint, false, now)
    const gone = { liveVersionId: null, removedAt: now }
    await tx.endpoint.update({ where: { id }, data: gone })
    const revokedKeys = await revokeAllKeys(tx, id)
    await settle(tx, { ...ours, ...gone, removedAt: now.getTime(), keys: [] }, await endWatch(tx, id, actor, now), now, { renew: true })
    await releaseLease(tx, id)
    await changed(tx, id)
    audit(await endpointTarget(tx, id, { liveVersionId: endpoint.liveVersionId, revokedKeys }))
    return { id }
  },
})

/** Nobody who could call what ends here can call what is launched here later. Returns the beginnings of the keys, for the trail. */
async function revokeAllKeys(tx: Tx, endpointId: string): Promise<string[]> {
  const keys = await tx.endpointKey.findMany({ where: { endpointId }, select: { prefix: true }, orderBy: { prefix: 'asc' } })
  await tx.endpointKey.deleteMany({ where: { endpointId } })
  return keys.map((key) => key.prefix)
}

/** What was promoted last is watched no more. */
async function endWatch(tx: Tx, endpointId: string, by: Actor, now: Date): Promise<Change[]> {
  const last = await findLastEnded(tx, endpointId)
  if (!last) return []
  const moved = advance(last.plan, last.state, { kind: 'supersede', by: { id: by.id, name: by.name } }, now.getTime())
  return moved.ok ? [{ rollout: last, next: moved.next, events: moved.events }] : []
}

async function changed(tx: Parameters<typeof wakeEndpoint>[0], endpointId: string): Promise<void> {
  await wakeEndpoint(tx, endpointId)
  await announce(tx, `endpoint:${endpointId}`)
}
