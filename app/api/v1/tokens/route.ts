import { commandRoute, queryRoute } from '@/lib/route'
import { createToken } from '@/lib/tokens/commands'
import { listTokens } from '@/lib/tokens/queries'

export const GET = queryRoute(async (actor) => ({ tokens: await listTokens(actor) }))
export const POST = commandRoute(createToken, 201)
