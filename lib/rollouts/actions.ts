'use server'

import { act } from '@/lib/auth/session'
import { launchRollout, previewRollout, rerunRollout, returnEndpoint } from './commands'
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
} from './steering/commands'

export const launchRolloutAction = async (input: unknown) => act(launchRollout, input)
export const previewRolloutAction = async (input: unknown) => act(previewRollout, input)
export const rerunRolloutAction = async (input: unknown) => act(rerunRollout, input)
export const returnEndpointAction = async (input: unknown) => act(returnEndpoint, input)
export const pauseRolloutAction = async (input: unknown) => act(pauseRollout, input)
export const resumeRolloutAction = async (input: unknown) => act(resumeRollout, input)
export const extendRolloutAction = async (input: unknown) => act(extendRollout, input)
export const raiseRolloutAction = async (input: unknown) => act(raiseRollout, input)
export const lowerRolloutAction = async (input: unknown) => act(lowerRollout, input)
export const mirrorRolloutAction = async (input: unknown) => act(mirrorRollout, input)
export const promoteRolloutAction = async (input: unknown) => act(promoteRollout, input)
export const returnRolloutAction = async (input: unknown) => act(returnRollout, input)
export const cancelRolloutAction = async (input: unknown) => act(cancelRollout, input)
export const keepTheirsAction = async (input: unknown) => act(keepTheirs, input)
export const restoreOursAction = async (input: unknown) => act(restoreOurs, input)
