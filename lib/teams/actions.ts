'use server'

import { act } from '@/lib/auth/session'
import { createTeam, renameTeam } from './commands'

export const createTeamAction = async (input: unknown) => act(createTeam, input)
export const renameTeamAction = async (input: unknown) => act(renameTeam, input)
