'use server'

import { act } from '@/lib/auth/session'
import { createModel, editModel, setSegments } from './commands'

export const createModelAction = async (input: unknown) => act(createModel, input)
export const editModelAction = async (input: unknown) => act(editModel, input)
export const setSegmentsAction = async (input: unknown) => act(setSegments, input)
