import type { Actor } from '@/lib/auth/actor'
import { hashPassword } from '@/lib/auth/password'
import type { Scope } from '@/lib/auth/permissions'
import { countedVerify } from '@/lib/auth/sign-in-limit'
import { defineCommand } from '@/lib/command'
import type { Tx } from '@/lib/db'
import { invalid, notFound, Problem } from '@/lib/errors'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { teamById } from '@/lib/teams/store'
import { makePasswordCode } from './password-code'
import { ChangePassword, GrantRole, InviteMember, OneMember, RevokeRole, SignOutEverywhere } from './schema'
import { endExample } from './setup'
import { keepAnAdmin, memberById } from './store'

const EVERYWHERE: Scope = { teamId: null, environmentId: null }

/** Where a grant holds is where one must be admin to give it: an admin of one team cannot make admins of another. */
async function grantScope(tx: Tx, input: { teamId: string | null; environmentId: string | null }): Promise<Scope> {
  if (input.teamId) await teamById(tx, input.teamId)
  if (input.environmentId && !(await tx.environment.findUnique({ where: { id: input.environmentId } }))) throw notFound('such environment')
  return { teamId: input.teamId, environmentId: input.environmentId }
}

/** Makes a member with a first role, and a one-time link for the password. The first invitation ends an example workspace. */
export const inviteMember = defineCommand({
  name: 'member.invite',
  input: InviteMember,
  permission: 'member:manage',
  scope: grantScope,
  async run({ tx, actor, input, now, audit }) {
    const id = newId()
    const made = await tx.member.createMany({ data: [{ id, email: input.email, name: input.name }], skipDuplicates: true })
    if (made.count === 0) throw invalid('email', `There is a member with the email ${input.email} already: give a role to that member.`)
    await addGrant(tx, { ...input, memberId: id })
    const { link, until } = await makePasswordCode(tx, id, now)
    const ended = await endExample(tx, actor.memberId)
    audit({ kind: 'member', id, name: input.name, detail: { email: input.email, role: input.role, endsExample: ended !== null } })
    await announce(tx, 'members')
    return { id, link, until: until.toISOString(), exampleEnded: ended !== null, ownLink: ended?.link ?? null }
  },
})

async function addGrant(
  tx: Tx,
  grant: { memberId: string; role: string; teamId: string | null; environmentId: string | null },
): Promise<string | null> {
  const { memberId, role, teamId, environmentId } = grant
  const id = newId()
  const made = await tx.memberGrant.createMany({ data: [{ id, memberId, role, teamId, environmentId }], skipDuplicates: true })
  return made.count === 0 ? null : id
}

/** Two pairs of eyes: more rights always come from another's hand. */
function notOneself(actor: Actor, memberId: string, refusal: string): void {
  if (actor.memberId === memberId) throw new Problem('forbidden', refusal)
}

export const grantRole = defineCommand({
  name: 'member.grant-role',
  input: GrantRole,
  permission: 'member:manage',
  scope: grantScope,
  async run({ tx, actor, input, audit }) {
    const member = await memberById(tx, input.memberId)
    notOneself(actor, member.id, 'Nobody gives themselves a role. Ask another admin.')
    const id = await addGrant(tx, input)
    if (!id) throw new Problem('conflict', `${member.name} holds this role there already.`)
    audit({ kind: 'member', id: member.id, name: member.name, detail: { role: input.role } })
    await announce(tx, 'members')
    return { id }
  },
})

export const revokeRole = defineCommand({
  name: 'member.revoke-role',
  input: RevokeRole,
  permission: 'member:manage',
  async scope(tx, { grantId }) {
    const grant = await tx.memberGrant.findUnique({ where: { id: grantId } })
    if (!grant) throw notFound('such role')
    return { teamId: grant.teamId, environmentId: grant.environmentId }
  },
  async run({ tx, input, audit }) {
    const grant = await tx.memberGrant.delete({ where: { id: input.grantId }, include: { member: true } })
    await keepAnAdmin(tx)
    audit({ kind: 'member', id: grant.memberId, name: grant.member.name, detail: { role: grant.role } })
    await announce(tx, 'members')
    return {}
  },
})

/** From now on: no sign-in, no session, no token of theirs, no yes that is not used yet. */
export const disableMember = defineCommand({
  name: 'member.disable',
  input: OneMember,
  permission: 'member:manage',
  scope: async () => EVERYWHERE,
  async run({ tx, actor, input, now, audit }) {
    const member = await memberById(tx, input.memberId)
    notOneself(actor, member.id, 'Nobody disables themselves. Ask another admin.')
    if (member.disabledAt) return {}
    await tx.member.update({
      where: { id: member.id },
      data: { disabledAt: now, sessionVersion: { increment: 1 }, passwordCodeHash: null, passwordCodeUntil: null },
    })
    await keepAnAdmin(tx)
    audit({ kind: 'member', id: member.id, name: member.name })
    await announce(tx, 'members')
    return {}
  },
})

export const enableMember = defineCommand({
  name: 'member.enable',
  input: OneMember,
  permission: 'member:manage',
  scope: async () => EVERYWHERE,
  async run({ tx, actor, input, audit }) {
    const member = await memberById(tx, input.memberId)
    notOneself(actor, member.id, 'Nobody enables themselves. Ask another admin.')
    if (!member.disabledAt) return {}
    await tx.member.update({ where: { id: member.id }, data: { disabledAt: null } })
    audit({ kind: 'member', id: member.id, name: member.name })
    await announce(tx, 'members')
    return {}
  },
})

/** The password stops working at once, sessions end, and a one-time link to set another is shown once. */
export const resetPassword = defineCommand({
  name: 'member.reset-password',
  input: OneMember,
  permission: 'member:manage',
  scope: async () => EVERYWHERE,
  async run({ tx, actor, input, now, audit }) {
    const member = await memberById(tx, input.memberId)
    notOneself(actor, member.id, 'Change your own password on your profile.')
    if (member.disabledAt) throw new Problem('conflict', `${member.name} is disabled. Enable the member first.`)
    await tx.member.update({ where: { id: member.id }, data: { passwordHash: null, sessionVersion: { increment: 1 } } })
    const { link, until } = await makePasswordCode(tx, member.id, now)
    audit({ kind: 'member', id: member.id, name: member.name })
    await announce(tx, 'members')
    return { link, until: until.toISOString() }
  },
})

/** The member behind a session, for what one does to oneself: not by token, and not while acting as another. */
function oneself(actor: Actor): string {
  if (actor.kind === 'member' && actor.memberId && !actor.signedInAs) return actor.memberId
  throw new Problem('forbidden', 'Only the person who is signed in may do this, not a token and nobody who acts as them.')
}

/** Every session ends, this one too: sign in again with the new password. */
export const changePassword = defineCommand({
  name: 'member.change-password',
  input: ChangePassword,
  permission: 'team:read',
  scope: async () => ({}),
  async run({ tx, actor, input, audit }) {
    const member = await memberById(tx, oneself(actor))
    // A session left open on a desk must not be a way to guess the password: wrong ones count as they do at the sign-in.
    const right = await countedVerify({ email: member.email, address: `session of ${member.id}` }, member.passwordHash, input.current)
    if (!right) throw invalid('current', 'This is not your present password.')
    await tx.member.update({
      where: { id: member.id },
      data: { passwordHash: await hashPassword(input.password), sessionVersion: { increment: 1 } },
    })
    audit({ kind: 'member', id: member.id, name: member.name })
    return { email: member.email }
  },
})

export const signOutEverywhere = defineCommand({
  name: 'member.sign-out-everywhere',
  input: SignOutEverywhere,
  permission: 'team:read',
  scope: async () => ({}),
  async run({ tx, actor, audit }) {
    const member = await memberById(tx, oneself(actor))
    await tx.member.update({ where: { id: member.id }, data: { sessionVersion: { increment: 1 } } })
    audit({ kind: 'member', id: member.id, name: member.name })
    return {}
  },
})
