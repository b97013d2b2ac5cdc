import { defineCommand } from '@/lib/command'
import { invalid, notFound } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { pauseMisplaced } from '@/lib/rollouts/placing/store'
import { CreateModel, EditModel, SetSegments } from './schema'
import { modelBySlug, modelScope } from './store'

/** A new, empty model of a team. Its slug is its address for good, and one of a kind in the installation. */
export const createModel = defineCommand({
  name: 'model.create',
  input: CreateModel,
  permission: 'model:write',
  async scope(tx, input) {
    const team = await tx.team.findUnique({ where: { slug: input.team } })
    if (!team) throw notFound(`team "${input.team}"`)
    return { teamId: team.id }
  },
  async run({ tx, input, scope, now, audit }) {
    const { team: _team, ...fields } = input
    const id = newId()
    const made = await tx.model.createMany({ data: { id, teamId: String(scope.teamId), ...fields, createdAt: now }, skipDuplicates: true })
    if (made.count === 0) throw invalid('slug', `The address "${input.slug}" is taken. Choose another.`)
    audit({ kind: 'model', id, name: input.slug, detail: { name: input.name, task: input.task, dataClass: input.dataClass } })
    return { id, slug: input.slug }
  },
})

/**
 * Changes a model's words. How sensitive its data are may always be said: where it is served already goes on, and is shown where it no longer fits; a rollout
 * that brings it where it may not be is paused.
 */
export const editModel = defineCommand({
  name: 'model.edit',
  input: EditModel,
  permission: 'model:write',
  scope: (tx, input) => modelScope(tx, input.model),
  async run({ tx, actor, input, now, audit }) {
    const { model: slug, ...changes } = input
    const model = await modelBySlug(tx, slug)
    const change = () => tx.model.update({ where: { id: model.id }, data: changes })
    const detail: Record<string, unknown> = { ...changes }
    if (changes.dataClass && changes.dataClass !== model.dataClass) {
      const by = { id: actor.id, name: actor.name }
      const paused = await pauseMisplaced(tx, { modelId: model.id }, { by, now, change })
      Object.assign(detail, { dataClassBefore: model.dataClass, paused })
    } else await change()
    await announce(tx, `model:${model.id}`)
    audit({ kind: 'model', id: model.id, name: slug, detail })
    return { id: model.id }
  },
})

/** Declares which parts of a model's requests are judged by themselves. Rollouts that run keep those that their plan froze. */
export const setSegments = defineCommand({
  name: 'model.set-segments',
  input: SetSegments,
  permission: 'model:write',
  scope: (tx, input) => modelScope(tx, input.model),
  async run({ tx, input, audit }) {
    const model = await modelBySlug(tx, input.model)
    await tx.model.update({ where: { id: model.id }, data: { segments: input.segments } })
    await announce(tx, `model:${model.id}`)
    audit({ kind: 'model', id: model.id, name: input.model, detail: { segments: input.segments.map((segment) => segment.name) } })
    return { id: model.id, segments: input.segments }
  },
})
