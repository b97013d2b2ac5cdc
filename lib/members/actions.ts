'use server'

import { act } from '@/lib/auth/session'
import {
  changePassword,
  disableMember,
  enableMember,
  grantRole,
  inviteMember,
  resetPassword,
  revokeRole,
  signOutEverywhere,
} from './commands'
import { makeFirstAdmin, setPassword } from './open-door'

export const inviteMemberAction = async (input: unknown) => act(inviteMember, input, { refresh: false })
export const grantRoleAction = async (input: unknown) => act(grantRole, input)
export const revokeRoleAction = async (input: unknown) => act(revokeRole, input)
export const disableMemberAction = async (input: unknown) => act(disableMember, input)
export const enableMemberAction = async (input: unknown) => act(enableMember, input)
export const resetPasswordAction = async (input: unknown) => act(resetPassword, input, { refresh: false })
export const changePasswordAction = async (input: unknown) => act(changePassword, input, { refresh: false })
export const signOutEverywhereAction = async () => act(signOutEverywhere, {}, { refresh: false })

// Open to everyone who holds the one-time code; nothing else may be added here without an actor.
export const setPasswordAction = async (input: unknown) => setPassword(input)
export const makeFirstAdminAction = async (input: unknown) => makeFirstAdmin(input)
