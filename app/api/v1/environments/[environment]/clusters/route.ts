import { setClusters } from '@/lib/environments/commands'
import { commandRoute } from '@/lib/route'

export const PUT = commandRoute(setClusters)
