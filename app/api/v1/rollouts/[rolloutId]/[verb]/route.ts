import { rerunRollout } from '@/lib/rollouts/commands'
import {
  cancelRollout,
  keepTheirs,
  pauseRollout,
  promoteRollout,
  restoreOurs,
  resumeRollout,
  returnRollout,
} from '@/lib/rollouts/steering/commands'
import { verbRoute } from '@/lib/route'

/** POST /api/v1/rollouts/ID/VERB */
export const POST = verbRoute({
  pause: pauseRollout,
  resume: resumeRollout,
  promote: promoteRollout,
  return: returnRollout,
  cancel: cancelRollout,
  'keep-theirs': keepTheirs,
  'restore-ours': restoreOurs,
  rerun: rerunRollout,
})
