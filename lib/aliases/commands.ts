import { defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { notFound, Problem } from '@/lib/errors'
import { announce } from '@/lib/events'
import { lockModel, modelBySlug, modelScope } from '@/lib/models/store'
import { RemoveAlias, SetAlias } from './schema'
import { environmentsMoving, moveAlias } from './store'

/** Points an alias to a version that is ready. An alias that an environment's rollouts move is not moved by hand: it would say what nobody approved. */
export const setAlias = defineCommand({
  name: 'alias.set',
  input: SetAlias,
  permission: 'alias:move',
  scope: (tx, input) => modelScope(tx, input.model),
  async run({ tx, actor, input, now, audit }) {
    const model = await modelBySlug(tx, input.model)
    await lockModel(tx, model.id)
    await refuseMoved(tx, model, input.name)
    const version = await tx.modelVersion.findUnique({ where: { modelId_number: { modelId: model.id, number: input.number } } })
    if (!version) throw notFound(`version ${input.number} of "${model.slug}"`)
    if (version.status !== 'ready')
      throw new Problem(
        'conflict',
        `Version ${version.number} is ${version.status}: an alias names a version that has passed its check run.`,
      )
    const { name, reason } = input
    const moved = await moveAlias(tx, {
      modelId: model.id,
      name,
      versionId: version.id,
      actorName: actor.name,
      rolloutId: null,
      reason,
      at: now,
    })
    if (moved)
      audit({ kind: 'alias', id: `${model.slug}@${name}`, name: `${model.slug}@${name}`, detail: { version: version.number, reason } })
    if (moved) await announce(tx, `model:${model.id}`)
    return { model: model.slug, name, number: version.number, moved }
  },
})

/** Takes an alias away; its history stays. */
export const removeAlias = defineCommand({
  name: 'alias.remove',
  input: RemoveAlias,
  permission: 'alias:move',
  scope: (tx, input) => modelScope(tx, input.model),
  async run({ tx, actor, input, now, audit }) {
    const model = await modelBySlug(tx, input.model)
    await lockModel(tx, model.id)
    await refuseMoved(tx, model, input.name)
    const { name, reason } = input
    const moved = await moveAlias(tx, { modelId: model.id, name, versionId: null, actorName: actor.name, rolloutId: null, reason, at: now })
    if (!moved) throw notFound(`alias "${name}" of "${model.slug}"`)
    audit({ kind: 'alias', id: `${model.slug}@${name}`, name: `${model.slug}@${name}`, detail: { removed: true, reason } })
    await announce(tx, `model:${model.id}`)
    return { model: model.slug, name }
  },
})

async function refuseMoved(tx: Tx, model: { id: string; slug: string }, name: string): Promise<void> {
  const environments = await environmentsMoving(tx, model.id, name)
  if (environments.length === 0) return
  throw new Problem(
    'conflict',
    `"${name}" is moved by rollouts in ${environments.join(', ')}, as its policy says. Launch or return a rollout there.`,
  )
}
