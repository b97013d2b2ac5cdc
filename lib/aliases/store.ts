import type { Tx } from '@/lib/db'
import { newId } from '@/lib/id'

interface AliasMove {
  modelId: string
  name: string
  /** null removes the alias. */
  versionId: string | null
  actorName: string
  rolloutId: string | null
  reason: string
  at: Date
}

/** Moves, makes or removes an alias and writes its line of history. Returns false when it stands there already. Call it under the model's lock. */
export async function moveAlias(tx: Tx, move: AliasMove): Promise<boolean> {
  const key = { modelId_name: { modelId: move.modelId, name: move.name } }
  const before = await tx.alias.findUnique({ where: key })
  if ((before?.versionId ?? null) === move.versionId) return false
  const { modelId, name, actorName, rolloutId, reason, at } = move
  if (move.versionId === null) await tx.alias.delete({ where: key })
  else
    await tx.alias.upsert({
      where: key,
      create: { modelId, name, versionId: move.versionId, movedAt: at },
      update: { versionId: move.versionId, movedAt: at },
    })
  const ends = { fromVersionId: before?.versionId ?? null, toVersionId: move.versionId }
  await tx.aliasMove.create({ data: { id: newId(), modelId, name, actorName, rolloutId, reason, at, ...ends } })
  return true
}

/** The environments that serve the model and whose policy moves this alias at each promotion. */
export async function environmentsMoving(tx: Tx, modelId: string, name: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ slug: string }[]>`
    select env.slug from endpoint e join environment env on env.id = e.environment_id
      join environment_policy p on p.environment_id = env.id and p.version = env.policy_version
    where e.model_id = ${modelId}::uuid and e.removed_at is null and e.live_version_id is not null and p.document->>'alias' = ${name}
    order by env.slug`
  return rows.map((row) => row.slug)
}
