import { defineCommand, demand } from '@/lib/command'
import { endpointScope, findPlaced } from '@/lib/endpoints/store'
import { endpointTarget } from '@/lib/endpoints/trail'
import { invalid, notFound } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { lockEndpoint } from '@/lib/rollouts/steering/store'
import { BeginBulkReturn, BulkItem } from './schema'
import { findItem, type Returned, returnOne, undoRefusal } from './store'

/** Writes down which endpoints are to be returned, and where to. Nothing moves yet: each endpoint then is its own command, in its own transaction. */
export const beginBulkReturn = defineCommand({
  name: 'bulk-return.begin',
  input: BeginBulkReturn,
  permission: 'rollout:return',
  scope: (tx, input) => endpointScope(tx, input.items[0]?.endpointId ?? ''),
  async run({ tx, actor, input, now, audit }): Promise<{ id: string }> {
    const id = newId()
    const items: { bulkId: string; endpointId: string; fromVersionId: string | null; toVersionId: string }[] = []
    for (const [i, { endpointId, version }] of input.items.entries()) {
      demand(actor, 'rollout:return', await endpointScope(tx, endpointId))
      const endpoint = await findPlaced(tx, endpointId)
      if (!endpoint) throw notFound('such endpoint')
      const key = { modelId_number: { modelId: endpoint.modelId, number: version } }
      const to = await tx.modelVersion.findUnique({ where: key, select: { id: true } })
      if (!to) throw invalid(`items.${i}.version`, `The model ${endpoint.model} has no version ${version}.`)
      items.push({ bulkId: id, endpointId, fromVersionId: endpoint.liveVersionId, toVersionId: to.id })
    }
    const { at, reason } = input
    const author = { authorId: actor.id, authorName: actor.name }
    await tx.bulkReturn.create({ data: { id, toTime: at, reason, ...author, createdAt: now } })
    await tx.bulkReturnItem.createMany({ data: items })
    audit({ kind: 'bulk-return', id, name: `${items.length} endpoints`, detail: { at, reason, endpoints: items.length } })
    return { id }
  },
})

/** Returns one endpoint of a bulk return. Doing it again changes nothing. */
export const returnInBulk = defineCommand({
  name: 'bulk-return.return',
  input: BulkItem,
  permission: 'rollout:return',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, actor, input, now, audit }): Promise<Returned> {
    const endpoint = await lockEndpoint(tx, input.endpointId)
    const item = await findItem(tx, input.bulkId, input.endpointId)
    if (item.rolloutId) return { rolloutId: item.rolloutId, refused: null }
    const reason = item.bulk.reason || 'bulk return'
    const changed = endpoint.liveVersionId !== item.fromVersionId
    const done: Returned = changed
      ? { rolloutId: null, refused: 'Another version is live than when this was confirmed: look again.' }
      : await returnOne(tx, endpoint, item.toVersionId, { id: actor.id, name: actor.name }, reason, now)
    await tx.bulkReturnItem.update({ where: { bulkId_endpointId: input }, data: done })
    await announce(tx, `endpoint:${endpoint.id}`)
    const detail = { bulkId: item.bulkId, reason: item.bulk.reason, ...done }
    audit(await endpointTarget(tx, endpoint.id, detail))
    return done
  },
})

/** Undoes one endpoint of a bulk return: back to what was live before it, unless somebody touched it since. */
export const undoInBulk = defineCommand({
  name: 'bulk-return.undo',
  input: BulkItem,
  permission: 'rollout:return',
  scope: (tx, input) => endpointScope(tx, input.endpointId),
  async run({ tx, actor, input, now, audit }): Promise<Returned> {
    const endpoint = await lockEndpoint(tx, input.endpointId)
    const item = await findItem(tx, input.bulkId, input.endpointId)
    if (item.undoRolloutId) return { rolloutId: item.undoRolloutId, refused: null }
    const why = await undoRefusal(tx, item)
    const by = { id: actor.id, name: actor.name }
    const done: Returned =
      why !== null || item.fromVersionId === null
        ? { rolloutId: null, refused: why ?? '' }
        : await returnOne(tx, endpoint, item.fromVersionId, by, 'bulk return undone', now)
    await tx.bulkReturnItem.update({
      where: { bulkId_endpointId: input },
      data: { undoRolloutId: done.rolloutId, undoRefused: done.refused },
    })
    await tx.bulkReturn.update({ where: { id: input.bulkId }, data: { undoneAt: item.bulk.undoneAt ?? now } })
    await announce(tx, `endpoint:${endpoint.id}`)
    audit(await endpointTarget(tx, endpoint.id, { bulkId: item.bulkId, ...done }))
    return done
  },
})
