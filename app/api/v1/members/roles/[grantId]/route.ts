import { revokeRole } from '@/lib/members/commands'
import { commandRoute } from '@/lib/route'

export const DELETE = commandRoute(revokeRole)
