'use server'

import { act } from '@/lib/auth/session'
import { createEnvironment, editEnvironment, editPolicy, removeEnvironment, setClusters } from './commands'

export const createEnvironmentAction = async (input: unknown) => act(createEnvironment, input)
export const editEnvironmentAction = async (input: unknown) => act(editEnvironment, input)
export const editPolicyAction = async (input: unknown) => act(editPolicy, input)
export const setClustersAction = async (input: unknown) => act(setClusters, input)
export const removeEnvironmentAction = async (input: unknown) => act(removeEnvironment, input)
