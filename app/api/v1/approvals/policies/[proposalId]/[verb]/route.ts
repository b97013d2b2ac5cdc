import { approvePolicy, rejectPolicy, withdrawPolicy } from '@/lib/environments/proposals/commands'
import { verbRoute } from '@/lib/route'

/** POST /api/v1/approvals/policies/ID/VERB */
export const POST = verbRoute({ approve: approvePolicy, reject: rejectPolicy, withdraw: withdrawPolicy })
