import { editPolicy } from '@/lib/environments/commands'
import { commandRoute } from '@/lib/route'

export const PUT = commandRoute(editPolicy)
