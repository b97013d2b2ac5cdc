import { disableMember } from '@/lib/members/commands'
import { commandRoute } from '@/lib/route'

export const POST = commandRoute(disableMember)
