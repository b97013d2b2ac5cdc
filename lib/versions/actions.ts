'use server'

import { act } from '@/lib/auth/session'
import { addBaseline, addDocument, registerVersion, repeatCheck } from './commands'

export const registerVersionAction = async (input: unknown) => act(registerVersion, input)
export const addBaselineAction = async (input: unknown) => act(addBaseline, input)
export const addDocumentAction = async (input: unknown) => act(addDocument, input)
export const repeatCheckAction = async (input: unknown) => act(repeatCheck, input)
