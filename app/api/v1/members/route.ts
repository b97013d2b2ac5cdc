import { inviteMember } from '@/lib/members/commands'
import { listMembers } from '@/lib/members/queries'
import { commandRoute, queryRoute } from '@/lib/route'

export const GET = queryRoute(async (actor) => ({ members: await listMembers(actor) }))
export const POST = commandRoute(inviteMember, 201)
