import { grantRole } from '@/lib/members/commands'
import { commandRoute } from '@/lib/route'

export const POST = commandRoute(grantRole, 201)
