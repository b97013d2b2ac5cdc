'use server'

import { act } from '@/lib/auth/session'
import { createKey, retireEndpoint, revokeKey, scaleEndpoint } from './commands'

export const createKeyAction = async (input: unknown) => act(createKey, input)
export const revokeKeyAction = async (input: unknown) => act(revokeKey, input)
export const scaleEndpointAction = async (input: unknown) => act(scaleEndpoint, input)
export const retireEndpointAction = async (input: unknown) => act(retireEndpoint, input)
