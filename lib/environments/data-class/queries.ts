import type { Actor } from '@/lib/auth/actor'
import { may, readableTeams } from '@/lib/auth/permissions'
import { demand, parse } from '@/lib/command'
import { db } from '@/lib/db'
import { Prisma } from '@/lib/generated/prisma/client'
import { misplaced } from './rule'
import { ListMisplaced, type Misplaced } from './schema'
import { findMisplaced } from './store'

/** Endpoints that serve data which their environment may not, of those that the actor may read. By model and environment, 200 at most. */
export async function listMisplaced(actor: Actor, raw: unknown): Promise<Misplaced[]> {
  demand(actor, 'team:read', {})
  const { endpointId, environment, model } = parse(ListMisplaced, raw)
  const teams = readableTeams(actor.grants)
  const conditions = [
    teams ? Prisma.sql`m.team_id = any(${teams}::uuid[])` : Prisma.sql`true`,
    endpointId ? Prisma.sql`p.id = ${endpointId}::uuid` : Prisma.sql`true`,
    environment ? Prisma.sql`e.slug = ${environment}` : Prisma.sql`true`,
    model ? Prisma.sql`m.slug = ${model}` : Prisma.sql`true`,
  ]
  const rows = await findMisplaced(db(), Prisma.join(conditions, ' and '))
  return rows
    .filter(({ teamId, environmentId }) => may(actor.grants, 'team:read', { teamId, environmentId }))
    .flatMap((row) => {
      const found = misplaced(row)
      return found ? [{ endpointId: row.endpointId, model: row.model, environment: row.environment, ...found }] : []
    })
}
