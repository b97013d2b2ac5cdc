'use server'

import { act } from '@/lib/auth/session'
import { adoptRoute, confirmRoute, restoreRoute } from './commands'

export const adoptRouteAction = async (input: unknown) => act(adoptRoute, input)
export const restoreRouteAction = async (input: unknown) => act(restoreRoute, input)
export const confirmRouteAction = async (input: unknown) => act(confirmRoute, input)
