import { revokeKey } from '@/lib/endpoints/commands'
import { commandRoute } from '@/lib/route'

export const DELETE = commandRoute(revokeKey)
