import { removeAlias, setAlias } from '@/lib/aliases/commands'
import { commandRoute } from '@/lib/route'

export const PUT = commandRoute(setAlias)
export const DELETE = commandRoute(removeAlias)
