import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { demand } from '@/lib/command'
import { likeContaining } from '@/lib/containing'
import { db } from '@/lib/db'
import { notFound } from '@/lib/errors'
import { Prisma } from '@/lib/generated/prisma/client'
import { decodeCursor, encodeCursor, type Page, pageOf } from '@/lib/paging'
import { type ListModels, type ModelDetail, type ModelRow, Segments } from './schema'

interface Row extends Omit<ModelRow, 'team' | 'createdAt' | 'latest' | 'aliases' | 'live'> {
  team_slug: string
  team_name: string
  created_at: Date
  latest_number: number | null
  latest_status: ModelRow['latest'] extends infer L ? (L extends { status: infer S } ? S : never) : never
  latest_at: Date
  aliases: ModelRow['aliases'] | null
  live: ModelRow['live'] | null
}

/** The models that the actor may read, searched, filtered, sorted and paged by key. */
export async function listModels(actor: Actor, filter: ListModels): Promise<Page<ModelRow>> {
  demand(actor, 'team:read', {})
  const order = filter.sort === 'newest' ? Prisma.sql`m.created_at desc, m.id desc` : Prisma.sql`lower(m.name), m.id`
  const rows = await db().$queryRaw<Row[]>`
    select m.id, m.slug, m.name, m.description, m.task, m.created_at, t.slug as team_slug, t.name as team_name,
      coalesce(latest.number, 0) as versions, latest.number as latest_number, latest.status as latest_status, latest.created_at as latest_at,
      (select json_agg(json_build_object('name', a.name, 'number', v.number) order by a.name)
         from alias a join model_version v on v.id = a.version_id where a.model_id = m.id) as aliases,
      (select json_agg(json_build_object('environment', env.slug, 'number', v.number) order by env.slug)
         from endpoint e join environment env on env.id = e.environment_id join model_version v on v.id = e.live_version_id
         where e.model_id = m.id and e.removed_at is null) as live
    from model m join team t on t.id = m.team_id
      left join lateral (select number, status, created_at from model_version where model_id = m.id order by number desc limit 1) latest on true
    where ${Prisma.join(conditions(actor, filter), ' and ')}
    order by ${order} limit ${filter.limit + 1}`
  const cursorOf = (row: Row) => encodeCursor(filter.sort === 'newest' ? row.created_at.toISOString() : row.name.toLowerCase(), row.id)
  return pageOf(rows, filter.limit, cursorOf, toRow)
}

function conditions(actor: Actor, filter: ListModels): Prisma.Sql[] {
  const teams = readableTeams(actor.grants)
  const list = [teams ? Prisma.sql`m.team_id = any(${teams}::uuid[])` : Prisma.sql`true`]
  if (filter.q) {
    const like = likeContaining(filter.q)
    list.push(Prisma.sql`(m.name ilike ${like} or m.slug ilike ${like})`)
  }
  if (filter.team) list.push(Prisma.sql`t.slug = ${filter.team}`)
  if (filter.status === 'none') list.push(Prisma.sql`latest.number is null`)
  else if (filter.status) list.push(Prisma.sql`latest.status = ${filter.status}`)
  const cursor = decodeCursor(filter.after)
  if (cursor && filter.sort === 'newest') list.push(Prisma.sql`(m.created_at, m.id) < (${cursor[0]}::timestamptz, ${cursor[1]}::uuid)`)
  if (cursor && filter.sort === 'name') list.push(Prisma.sql`(lower(m.name), m.id) > (${cursor[0]}, ${cursor[1]}::uuid)`)
  return list
}

function toRow(row: Row): ModelRow {
  const { id, slug, name, description, task, versions } = row
  const latest =
    row.latest_number === null ? null : { number: row.latest_number, status: row.latest_status, at: row.latest_at.toISOString() }
  const team = { slug: row.team_slug, name: row.team_name }
  return {
    id,
    slug,
    name,
    description,
    team,
    task,
    versions,
    latest,
    aliases: row.aliases ?? [],
    live: row.live ?? [],
    createdAt: row.created_at.toISOString(),
  }
}

/** One model with where it is served. Another team's answers as not found. */
export async function getModel(actor: Actor, slug: string): Promise<ModelDetail> {
  const model = await db().model.findUnique({
    where: { slug },
    include: {
      team: { select: { id: true, slug: true, name: true } },
      versions: { select: { number: true }, orderBy: { number: 'desc' }, take: 1 },
      endpoints: {
        where: { removedAt: null },
        select: { id: true, liveVersionId: true, environment: { select: { slug: true, name: true, kind: true } } },
        orderBy: { createdAt: 'asc' },
      },
    },
  })
  if (!model || !may(actor.grants, 'team:read', { teamId: model.teamId })) throw notFound(`model "${slug}"`)
  demand(actor, 'team:read', { teamId: model.teamId })
  const ids = model.endpoints.flatMap((endpoint) => endpoint.liveVersionId ?? [])
  const live = await db().modelVersion.findMany({ where: { id: { in: ids } }, select: { id: true, number: true } })
  const scope = { teamId: model.teamId }
  const { id, name, description, team, task, dataClass, risk } = model
  return {
    ...{ id, slug, name, description, team, task, dataClass, risk },
    segments: Segments.parse(model.segments),
    createdAt: model.createdAt.toISOString(),
    versions: model.versions[0]?.number ?? 0,
    endpoints: model.endpoints.map((endpoint) => ({
      id: endpoint.id,
      environment: endpoint.environment,
      live: live.find((version) => version.id === endpoint.liveVersionId) ?? null,
    })),
    may: {
      register: may(actor.grants, 'model:write', scope),
      moveAlias: may(actor.grants, 'alias:move', scope),
      launch: may(actor.grants, 'rollout:launch', scope),
    },
  }
}

/** The teams in which the actor may register models, and those whose models the actor may read. */
export async function listTeamChoices(actor: Actor): Promise<{ slug: string; name: string; write: boolean }[]> {
  const teams = await db().team.findMany({ orderBy: { name: 'asc' }, select: { id: true, slug: true, name: true } })
  return teams
    .filter((team) => may(actor.grants, 'team:read', { teamId: team.id }))
    .map(({ id, slug, name }) => ({ slug, name, write: may(actor.grants, 'model:write', { teamId: id }) }))
}
