import { rejectRollout } from '@/lib/approvals/commands'
import { commandRoute } from '@/lib/route'

export const POST = commandRoute(rejectRollout)
