'use server'

import { act } from '@/lib/auth/session'
import { removeAlias, setAlias } from './commands'

export const setAliasAction = async (input: unknown) => act(setAlias, input)
export const removeAliasAction = async (input: unknown) => act(removeAlias, input)
