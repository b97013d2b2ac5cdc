'use server'

import { act } from '@/lib/auth/session'
import { createTeam } from './commands'

export const createTeamAction = async (input: unknown) => act(createTeam, input)
