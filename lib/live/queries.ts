import type { Actor } from '@/lib/auth/actor'
import { readableTeams } from '@/lib/auth/permissions'
import { db } from '@/lib/db'
import type { ChangeKey } from '@/lib/events'

const owners = new Map<string, string | null>()
const OWNERS_MAX = 5_000

/** Whether an actor may hear that this key changed: the things of a team are heard by who may read the team, the rest by everybody. */
export async function mayHear(actor: Actor, key: ChangeKey): Promise<boolean> {
  const teams = readableTeams(actor.grants)
  if (teams === null) return true
  const [kind, id] = key.split(':')
  if (!id || kind === 'environment') return true
  const owner = await ownerOf(kind ?? '', id)
  return owner !== null && teams.includes(owner)
}

/** The team of a model, endpoint or rollout; an owner never changes, so it is kept. */
async function ownerOf(kind: string, id: string): Promise<string | null> {
  const known = owners.get(id)
  if (known !== undefined) return known
  const team = { select: { teamId: true } }
  const found =
    kind === 'model'
      ? (await db().model.findFirst({ where: { id }, ...team }))?.teamId
      : kind === 'endpoint'
        ? (await db().endpoint.findFirst({ where: { id }, select: { model: team } }))?.model.teamId
        : (await db().rollout.findFirst({ where: { id }, select: { endpoint: { select: { model: team } } } }))?.endpoint.model.teamId
  if (owners.size > OWNERS_MAX) owners.clear()
  if (found !== undefined) owners.set(id, found)
  return found ?? null
}
