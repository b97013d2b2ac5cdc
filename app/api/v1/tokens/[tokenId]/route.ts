import { commandRoute } from '@/lib/route'
import { revokeToken } from '@/lib/tokens/commands'

export const DELETE = commandRoute(revokeToken)
