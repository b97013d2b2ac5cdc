'use server'

import { act } from '@/lib/auth/session'
import { returnRoute, takeRoute } from './commands'

export const takeRouteAction = async (input: unknown) => act(takeRoute, input)
export const returnRouteAction = async (input: unknown) => act(returnRoute, input)
