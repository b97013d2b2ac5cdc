import { setSegments } from '@/lib/models/commands'
import { commandRoute } from '@/lib/route'

export const PUT = commandRoute(setSegments)
