'use server'

import { act } from '@/lib/auth/session'
import { approveRollout, rejectRollout } from './commands'

export const approveRolloutAction = async (input: unknown) => act(approveRollout, input)
export const rejectRolloutAction = async (input: unknown) => act(rejectRollout, input)
