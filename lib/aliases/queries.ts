import type { Actor } from '@/lib/auth/actor'
import { may } from '@/lib/auth/permissions'
import { demand } from '@/lib/command'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import type { AliasMoveRow, AliasRow } from './schema'
import { environmentsMoving } from './store'

const HISTORY_MAX = 200

/** A model's aliases and their latest 200 moves, newest first. */
export async function getAliases(actor: Actor, slug: string): Promise<{ aliases: AliasRow[]; moves: AliasMoveRow[] }> {
  const model = await db().model.findUnique({ where: { slug }, select: { id: true, teamId: true } })
  if (!model || !may(actor.grants, 'team:read', { teamId: model.teamId })) throw notFound(`model "${slug}"`)
  demand(actor, 'team:read', { teamId: model.teamId })
  const aliases = await db().alias.findMany({ where: { modelId: model.id }, orderBy: { name: 'asc' } })
  const moves = await db().aliasMove.findMany({
    where: { modelId: model.id },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: HISTORY_MAX,
  })
  const ids = [
    ...aliases.map((alias) => alias.versionId),
    ...moves.flatMap((move) => [move.fromVersionId ?? [], move.toVersionId ?? []].flat()),
  ]
  const versions = await db().modelVersion.findMany({ where: { id: { in: ids } }, select: { id: true, number: true } })
  const numbers = new Map(versions.map((version) => [version.id, version.number]))
  const numberOf = (id: string | null) => (id === null ? null : (numbers.get(id) ?? null))
  return {
    aliases: await Promise.all(
      aliases.map(async (alias) => ({
        name: alias.name,
        number: numberOf(alias.versionId) ?? 0,
        movedAt: alias.movedAt.toISOString(),
        movedBy: await environmentsMoving(db(), model.id, alias.name),
      })),
    ),
    moves: moves.map(({ id, name, fromVersionId, toVersionId, actorName, rolloutId, reason, at }) => ({
      ...{ id, name, rolloutId, reason },
      from: numberOf(fromVersionId),
      to: numberOf(toVersionId),
      actor: actorName,
      at: at.toISOString(),
    })),
  }
}
