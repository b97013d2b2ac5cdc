import { commandRoute, queryRoute } from '@/lib/route'
import { createTeam } from '@/lib/teams/commands'
import { listTeams } from '@/lib/teams/queries'

export const GET = queryRoute(async (actor) => ({ teams: await listTeams(actor) }))
export const POST = commandRoute(createTeam, 201)
