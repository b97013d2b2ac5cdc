import { z } from 'zod'
import { databaseNow } from '@/lib/clock'
import { db } from '@/lib/db'
import { env } from '@/lib/env'
import { log } from '@/lib/log'

/** One part of the house: whether it works now, and in words how we know. */
export interface Part {
  ok: boolean
  says: string
}

export interface Readiness {
  ok: boolean
  parts: Record<string, Part>
}

/** Silent for longer than this counts as gone. Seconds. */
const SILENT_AFTER = 10
const ANSWER_WITHIN_MS = 1_000

/** True when the database answers. */
export async function databaseAnswers(): Promise<boolean> {
  try {
    await db().$queryRaw`select 1`
    return true
  } catch (error) {
    log.warn({ err: error }, 'the database does not answer')
    return false
  }
}

/** Every part of the house. A part is listed also when the installation can do without it; `ok` needs those it cannot. Credentials that must be entered again keep it from one cluster, not from starting. */
export async function readiness(): Promise<Readiness> {
  if (!(await databaseAnswers()))
    return { ok: false, parts: { web: WEB, database: { ok: false, says: 'does not answer; it is asked again at every look' } } }
  const [engine, cluster, local] = await Promise.all([enginePart(), localClusterPart(), db().cluster.count({ where: { driver: 'local' } })])
  const parts: Record<string, Part> = { web: WEB, database: { ok: true, says: 'answers' }, engine }
  if (local > 0 || cluster.ok) parts['local cluster'] = cluster
  const ok = Object.values(parts).every((part) => part.ok)
  const credentials = await credentialsPart()
  return { ok, parts: credentials ? { ...parts, credentials } : parts }
}

const Detail = z.object({ sealingKey: z.string().nullable() })

/** Which clusters' credentials no running engine can open, because the key they were sealed with is gone; null while no engine says which key it holds. */
async function credentialsPart(): Promise<Part | null> {
  const since = new Date((await databaseNow(db())).getTime() - SILENT_AFTER * 1_000)
  const engines = await db().process.findMany({ where: { kind: 'engine', seenAt: { gt: since } }, select: { detail: true } })
  const held = engines.flatMap(({ detail }) => Detail.safeParse(detail).data ?? []).map((detail) => detail.sealingKey)
  if (held.length === 0) return null
  const clusters = await db().cluster.findMany({
    where: { removedAt: null, credential: { not: null } },
    select: { name: true, credentialKey: true },
    orderBy: { name: 'asc' },
  })
  const lost = clusters.filter((cluster) => !held.includes(cluster.credentialKey)).map((cluster) => cluster.name)
  if (lost.length === 0) return { ok: true, says: 'can be opened' }
  return { ok: false, says: `re-enter credentials of ${lost.join(', ')}: the key that they were sealed with is gone` }
}

const WEB: Part = { ok: true, says: 'answers' }

async function enginePart(): Promise<Part> {
  const rows = await db().$queryRaw<{ seconds: number | null }[]>`
    select extract(epoch from clock_timestamp() - max(seen_at))::float as seconds from process where kind = 'engine'`
  const seconds = rows[0]?.seconds ?? null
  if (seconds === null) return { ok: false, says: 'not started yet; what is launched is stored and waits' }
  if (seconds > SILENT_AFTER) return { ok: false, says: `silent for ${Math.round(seconds)} s; what is launched is stored and waits` }
  return { ok: true, says: `seen ${seconds.toFixed(0)} s ago` }
}

/** Any answer of its admin port will do, also "who are you": web has no credential for it. */
async function localClusterPart(): Promise<Part> {
  try {
    await fetch(`http://127.0.0.1:${env().SLIPWAY_ADMIN_PORT}/`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return { ok: true, says: 'answers' }
  } catch {
    return { ok: false, says: `nothing answers on port ${env().SLIPWAY_ADMIN_PORT} of this machine` }
  }
}
