import { likeContaining } from '@/lib/containing'
import { db } from '@/lib/db'
import { Prisma } from '@/lib/generated/prisma/client'
import { decodeCursor, encodeCursor, type Page, pageOf } from '@/lib/paging'
import type { EndpointHealth, MonitoredFilter, MonitoredRow } from './schema'

const PAGE = 25

interface ListedRow extends Omit<MonitoredRow, keyof EndpointHealth> {
  id: string
}

interface Row extends Omit<ListedRow, 'next'> {
  key: string
  nextNumber: number | null
  rolloutId: string | null
}

/** One page of endpoints by "model/environment". `teams` null: all. */
export async function listedPage(teams: string[] | null, filter: MonitoredFilter): Promise<Page<ListedRow>> {
  const where = [Prisma.sql`e.removed_at is null`, teams ? Prisma.sql`m.team_id = any(${teams}::uuid[])` : Prisma.sql`true`]
  if (filter.q) {
    const like = likeContaining(filter.q)
    where.push(Prisma.sql`(m.name ilike ${like} or m.slug || '/' || env.slug ilike ${like} or env.name ilike ${like})`)
  }
  if (filter.environment) where.push(Prisma.sql`env.slug = ${filter.environment}`)
  const cursor = decodeCursor(filter.after)
  if (cursor) where.push(Prisma.sql`(m.slug || '/' || env.slug) collate "C" > ${String(cursor[0])}`)
  const rows = await db().$queryRaw<Row[]>`
    select e.id, m.slug || '/' || env.slug as key, m.slug as model, m.name as "modelName", env.slug as environment, env.name as "environmentName", live.number as live,
      r.id as "rolloutId", next.number as "nextNumber"
    from endpoint e join model m on m.id = e.model_id join environment env on env.id = e.environment_id left join model_version live on live.id = e.live_version_id
      left join rollout r on r.endpoint_id = e.id and r.phase in ('starting', 'progressing', 'holding', 'returning')
      left join model_version next on next.id = r.to_version_id
    where ${Prisma.join(where, ' and ')} order by (m.slug || '/' || env.slug) collate "C" limit ${PAGE + 1}`
  return pageOf(
    rows,
    PAGE,
    (row) => encodeCursor(row.key, row.id),
    ({ key: _key, nextNumber, rolloutId, ...row }) => ({
      ...row,
      next: rolloutId !== null && nextNumber !== null ? { number: nextNumber, rolloutId } : null,
    }),
  )
}
