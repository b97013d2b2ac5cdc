'use server'

import { act } from '@/lib/auth/session'
import { createToken, revokeToken } from './commands'

export const createTokenAction = async (input: unknown) => act(createToken, input, { refresh: false })
export const revokeTokenAction = async (input: unknown) => act(revokeToken, input)
