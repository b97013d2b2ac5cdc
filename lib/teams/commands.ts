import { defineCommand } from '@/lib/command'
import { invalid } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { CreateTeam, RenameTeam } from './schema'
import { teamById } from './store'

export const createTeam = defineCommand({
  name: 'team.create',
  input: CreateTeam,
  permission: 'member:manage',
  scope: async () => ({ teamId: null, environmentId: null }),
  async run({ tx, input, audit }) {
    const id = newId()
    const made = await tx.team.createMany({ data: [{ id, slug: input.slug, name: input.name }], skipDuplicates: true })
    if (made.count === 0) throw invalid('slug', `There is a team "${input.slug}" already.`)
    audit({ kind: 'team', id, name: input.name, detail: { slug: input.slug } })
    await announce(tx, 'members')
    return { id, slug: input.slug, name: input.name }
  },
})

/** The name only: the slug stands in addresses and stays. */
export const renameTeam = defineCommand({
  name: 'team.rename',
  input: RenameTeam,
  permission: 'member:manage',
  scope: async (tx, { teamId }) => ({ teamId: (await teamById(tx, teamId)).id, environmentId: null }),
  async run({ tx, input, audit }) {
    const team = await teamById(tx, input.teamId)
    await tx.team.update({ where: { id: team.id }, data: { name: input.name } })
    audit({ kind: 'team', id: team.id, name: input.name, detail: { before: team.name } })
    await announce(tx, 'members')
    return { id: team.id, slug: team.slug, name: input.name }
  },
})
