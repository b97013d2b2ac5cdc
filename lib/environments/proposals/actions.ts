'use server'

import { act } from '@/lib/auth/session'
import { approvePolicy, rejectPolicy, withdrawPolicy } from './commands'

export const approvePolicyAction = async (input: unknown) => act(approvePolicy, input)
export const rejectPolicyAction = async (input: unknown) => act(rejectPolicy, input)
export const withdrawPolicyAction = async (input: unknown) => act(withdrawPolicy, input)
