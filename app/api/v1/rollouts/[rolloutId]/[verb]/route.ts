import { rerunRollout } from '@/lib/rollouts/commands'
import {
  cancelRollout,
  extendRollout,
  keepTheirs,
  lowerRollout,
  mirrorRollout,
  pauseRollout,
  promoteRollout,
  raiseRollout,
  restoreOurs,
  resumeRollout,
  returnRollout,
} from '@/lib/rollouts/steering/commands'
import { verbRoute } from '@/lib/route'

/** POST /api/v1/rollouts/ID/VERB */
export const POST = verbRoute({
  pause: pauseRollout,
  resume: resumeRollout,
  extend: extendRollout,
  raise: raiseRollout,
  lower: lowerRollout,
  mirror: mirrorRollout,
  promote: promoteRollout,
  return: returnRollout,
  cancel: cancelRollout,
  'keep-theirs': keepTheirs,
  'restore-ours': restoreOurs,
  rerun: rerunRollout,
})
