import { previewRollout } from '@/lib/rollouts/commands'
import { commandRoute } from '@/lib/route'

export const POST = commandRoute(previewRollout)
