'use server'

import { act } from '@/lib/auth/session'
import { dropWitness, nameWitness } from './commands'

export const nameWitnessAction = async (input: unknown) => act(nameWitness, input)
export const dropWitnessAction = async (input: unknown) => act(dropWitness, input)
