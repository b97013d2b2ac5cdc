'use server'

import { act } from '@/lib/auth/session'
import { createModel, editModel } from './commands'

export const createModelAction = async (input: unknown) => act(createModel, input)
export const editModelAction = async (input: unknown) => act(editModel, input)
