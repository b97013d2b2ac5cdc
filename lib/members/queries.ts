import type { Actor } from '@/lib/auth/actor'
import { actingAllowed } from '@/lib/auth/member-actor'
import { may } from '@/lib/auth/permissions'
import { databaseNow } from '@/lib/clock'
import { db } from '@/lib/db'
import type { MemberRow } from './schema'

/** True while nobody is a member yet: then only the first-admin page is open. */
export async function setupPending(): Promise<boolean> {
  return (await db().member.count({ take: 1 })) === 0
}

/** True while a code from the terminal can make an admin. */
export async function setupCodeWaits(): Promise<boolean> {
  const installation = await db().installation.findUnique({ where: { id: 1 }, select: { setupCodeHash: true } })
  return Boolean(installation?.setupCodeHash)
}

/**
 * Everyone, by name, with their roles. Everybody may see who holds what, so that a button one may not press can say who may; emails and
 * sign-ins only admins see.
 */
export async function listMembers(actor: Actor): Promise<MemberRow[]> {
  const admin = may(actor.grants, 'member:manage', {})
  const [members, signIns, now] = await Promise.all([
    db().member.findMany({
      orderBy: { name: 'asc' },
      include: {
        grants: { include: { team: { select: { name: true } }, environment: { select: { name: true } } }, orderBy: { createdAt: 'asc' } },
      },
    }),
    admin ? lastSignIns() : [],
    databaseNow(db()),
  ])
  const lastSignIn = new Map(signIns.map((row) => [row.id, row.at?.toISOString() ?? null]))
  return members.map((member) => ({
    id: member.id,
    name: member.name,
    email: admin || member.id === actor.memberId ? member.email : '',
    state: stateOf(member, now),
    lastSignIn: lastSignIn.get(member.id) ?? null,
    self: member.id === actor.memberId,
    grants: member.grants.map((grant) => ({
      id: grant.id,
      role: grant.role,
      teamId: grant.teamId,
      team: grant.team?.name ?? null,
      environmentId: grant.environmentId,
      environment: grant.environment?.name ?? null,
      revocable: may(actor.grants, 'member:manage', { teamId: grant.teamId, environmentId: grant.environmentId }),
    })),
  }))
}

/** One short walk down the index (actor, at) per member, however long the trail. */
function lastSignIns(): Promise<{ id: string; at: Date | null }[]> {
  return db().$queryRaw`
    select m.id, (select a.at from audit a where a.actor_id = m.id::text and a.verb = 'member.sign-in' order by a.at desc limit 1) as at
    from member m`
}

function stateOf(
  member: { disabledAt: Date | null; passwordHash: string | null; passwordCodeUntil: Date | null },
  now: Date,
): MemberRow['state'] {
  if (member.disabledAt) return 'disabled'
  if (member.passwordHash) return 'active'
  return member.passwordCodeUntil && member.passwordCodeUntil > now ? 'invited' : 'no-password'
}

/** The actor's own account. `ownHand` false: somebody acts as them, and changes nothing of the account itself. */
export async function ownProfile(actor: Actor) {
  const self = (await listMembers(actor)).find((member) => member.self)
  return { name: actor.name, email: self?.email ?? '', grants: self?.grants ?? [], ownHand: actor.kind === 'member' && !actor.signedInAs }
}

/** What the members page offers: `everywhere` for acts on the person, `places` where the actor may give roles. */
export async function memberRights(actor: Actor) {
  const [teams, environments, installation] = await Promise.all([
    db().team.findMany({ orderBy: { name: 'asc' }, select: { id: true, name: true } }),
    db().environment.findMany({ where: { removedAt: null }, orderBy: { name: 'asc' }, select: { id: true, name: true } }),
    db().installation.findUnique({ where: { id: 1 }, select: { example: true } }),
  ])
  const manages = (teamId: string | null) => may(actor.grants, 'member:manage', { teamId })
  return {
    everywhere: may(actor.grants, 'member:manage', { teamId: null, environmentId: null }),
    allTeams: manages(null),
    teams: teams.filter((team) => manages(team.id)),
    environments,
    /** The first invitation ends the example workspace: the form says so. */
    endsExample: installation?.example ?? false,
  }
}

/** The accounts that the account menu offers to act as; empty outside an example workspace on this machine. */
export async function actAsChoices(actor: Actor): Promise<{ id: string; name: string; roles: string[]; self: boolean }[]> {
  if (actor.kind !== 'member' || !(await actingAllowed())) return []
  const members = await db().member.findMany({
    where: { example: true, disabledAt: null },
    orderBy: { createdAt: 'asc' },
    select: { id: true, name: true, grants: { select: { role: true } } },
  })
  if (!members.some((member) => member.id === actor.memberId)) return []
  return members.map((member) => ({
    id: member.id,
    name: member.name,
    roles: [...new Set(member.grants.map((grant) => grant.role))],
    self: member.id === actor.memberId,
  }))
}
