'use server'

import { act } from '@/lib/auth/session'
import { beginBulkReturn, returnInBulk, undoInBulk } from './commands'

export const beginBulkReturnAction = async (input: unknown) => act(beginBulkReturn, input, { refresh: false })
export const returnInBulkAction = async (input: unknown) => act(returnInBulk, input)
export const undoInBulkAction = async (input: unknown) => act(undoInBulk, input)
