import { ENGINE } from '@/lib/auth/actor'
import { writeAudit } from '@/lib/command'
import { db, type Tx } from '@/lib/db'
import type { ReadOnly } from '@/lib/endpoints/takeover/schema'
import { env } from '@/lib/env'
import { announce } from '@/lib/events'
import { Prisma } from '@/lib/generated/prisma/client'
import { newId } from '@/lib/id'
import { log } from '@/lib/log'
import type { Look } from './look'
import { findAct } from './rescue/act'

/**
 * What this turn saw of another hand on the endpoint, as it should be stored; undefined: as it is stored already. null: nobody else's any more. A database that
 * is older than the clusters stays read-only until a person has confirmed.
 */
export async function seenReadOnly(look: Look): Promise<ReadOnly | null | undefined> {
  const { endpoint } = look
  if (endpoint.readOnly?.kind === 'older-database') return undefined
  const taken = look.clusters.filter((seen) => seen.takeover && seen.observed)
  if (taken.length === 0) return endpoint.readOnly && look.clusters.every((seen) => seen.open !== null) ? null : undefined
  const clusters = taken.map(({ place, observed }) => ({
    clusterId: place.clusterId,
    cluster: place.cluster,
    fence: observed?.fence ?? 0,
    generation: observed?.generation ?? 0,
  }))
  if (endpoint.readOnly && JSON.stringify(endpoint.readOnly.clusters) === JSON.stringify(clusters)) return undefined
  const act = await findAct(
    env().SLIPWAY_DATA_DIR,
    endpoint.id,
    clusters.map((each) => each.fence),
  )
  if (act) return { kind: 'rescue', at: act.at, by: act.user, host: act.host, clusters }
  const hand = taken.flatMap(({ observed }) => observed?.byHand ?? []).at(-1)
  return { kind: hand ? 'hand' : 'writer', at: hand?.at ?? look.nowMs, by: null, host: null, clusters }
}

/** Stores it, in the turn's transaction; the trail says since when the engine does not write. */
export async function saveReadOnly(tx: Tx, look: Look, readOnly: ReadOnly | null | undefined, now: Date): Promise<void> {
  if (readOnly === undefined) return
  const { endpoint } = look
  const data = readOnly ? { readOnlySince: now, readOnly } : { readOnlySince: null, readOnly: Prisma.DbNull }
  await tx.endpoint.update({ where: { id: endpoint.id }, data })
  await announce(tx, `endpoint:${endpoint.id}`)
  const scope = { teamId: endpoint.teamId, environmentId: endpoint.environmentId }
  const name = `${endpoint.model} in ${endpoint.environment}`
  const target = { kind: 'endpoint', id: endpoint.id, name, detail: { ...readOnly } }
  const verb = readOnly ? 'endpoint.read-only' : 'endpoint.writable'
  await writeAudit(tx, { actor: ENGINE, verb, target, scope, now, requestId: newId() })
}

/** The database is older than what runs: nothing is written for any endpoint until a person has confirmed what its clusters hold. */
export async function allReadOnly(nowMs: number, why: string): Promise<void> {
  const now = new Date(nowMs)
  const readOnly: ReadOnly = { kind: 'older-database', at: nowMs, by: null, host: null, clusters: [] }
  log.warn({ why }, 'the database is older than what the clusters hold: nothing is written until a person confirms')
  await db().$transaction(async (tx) => {
    // The revision too: a turn that looked before this commits nothing more.
    const rows = await tx.$queryRaw<{ id: string }[]>`
      update endpoint set read_only_since = ${now}, read_only = ${JSON.stringify(readOnly)}::jsonb, revision = revision + 1
      where removed_at is null and (read_only is null or read_only ->> 'kind' <> 'older-database') returning id`
    for (const { id } of rows) await announce(tx, `endpoint:${id}`)
    const target = { kind: 'installation', id: '1', name: 'Slipway', detail: { why, endpoints: rows.length } }
    const scope = { teamId: null, environmentId: null }
    await writeAudit(tx, { actor: ENGINE, verb: 'installation.read-only', target, scope, now, requestId: newId() })
  })
}
