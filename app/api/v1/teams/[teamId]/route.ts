import { commandRoute } from '@/lib/route'
import { renameTeam } from '@/lib/teams/commands'

export const PATCH = commandRoute(renameTeam)
