import { reached } from '@/components/ui/reached'
import type { Result } from '@/lib/errors'
import {
  cancelRolloutAction,
  extendRolloutAction,
  keepTheirsAction,
  lowerRolloutAction,
  mirrorRolloutAction,
  pauseRolloutAction,
  promoteRolloutAction,
  raiseRolloutAction,
  restoreOursAction,
  resumeRolloutAction,
  returnEndpointAction,
  returnRolloutAction,
} from '@/lib/rollouts/actions'
import type { ControlVerb, RolloutView } from '@/lib/rollouts/view-schema'

const ACTIONS: Record<ControlVerb, (input: unknown) => Promise<Result<unknown>>> = {
  pause: pauseRolloutAction,
  resume: resumeRolloutAction,
  extend: extendRolloutAction,
  raise: raiseRolloutAction,
  lower: lowerRolloutAction,
  mirror: mirrorRolloutAction,
  unmirror: mirrorRolloutAction,
  promote: promoteRolloutAction,
  return: returnRolloutAction,
  cancel: cancelRolloutAction,
  keep: keepTheirsAction,
  restore: restoreOursAction,
}

/** Sends a click with the revision that was on the screen. Resolves to the refusal, or to nothing. */
export async function press(rollout: RolloutView, verb: ControlVerb): Promise<string | undefined> {
  const result = await reached(
    ACTIONS[verb]({ rolloutId: rollout.id, revision: rollout.revision, ...(verb === 'unmirror' ? { share: 0 } : {}) }),
  )
  return result.ok ? undefined : result.problem.message
}

/** Back to the version before, of a rollout that has ended: a rollout of its own. */
export async function pressReturnEndpoint(rollout: RolloutView): Promise<string | undefined> {
  const result = await reached(returnEndpointAction({ endpointId: rollout.endpointId, version: rollout.from?.number }))
  return result.ok ? undefined : result.problem.message
}
