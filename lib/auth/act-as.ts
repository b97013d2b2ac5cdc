import { db } from '@/lib/db'
import { Problem } from '@/lib/errors'
import { actingAllowed, memberActor } from './member-actor'
import { cookieValue, readSession, type SessionClaims, sessionCookie } from './session-token'
import { auditSession, type SignedIn } from './sign-in'

/**
 * Goes on as another account of the example workspace. The account that signed in stays in the session, so that every act keeps both
 * names; choosing that account again ends the acting. Refused outside an example workspace on this machine.
 */
export async function actAs(cookieHeader: string | null, memberId: string): Promise<SignedIn & { by?: SessionClaims['by'] }> {
  const claims = await readSession(cookieValue(cookieHeader, sessionCookie()))
  const actor = claims ? await memberActor(claims) : null
  if (!claims || !actor) throw new Problem('unauthenticated', 'Your session is over. Sign in first.')
  if (!(await actingAllowed())) throw new Problem('forbidden', 'Acting as another account ended with the example workspace.')
  const original = claims.by ?? { id: claims.sub, version: claims.version }
  const [target, from] = await Promise.all([
    db().member.findFirst({ where: { id: memberId, example: true, disabledAt: null } }),
    db().member.findUnique({ where: { id: original.id } }),
  ])
  // An account that was made by hand has its own person: only the seeded ones may lend their names, or be used to borrow one.
  if (!target || !from?.example) throw new Problem('forbidden', 'Only the accounts of the example workspace may act as each other.')
  const back = target.id === original.id
  await db().$transaction((tx) =>
    auditSession(tx, { id: target.id, name: target.name, signedInAs: back ? undefined : from.name }, 'member.act-as', { from: actor.name }),
  )
  return { id: target.id, sessionVersion: target.sessionVersion, by: back ? undefined : original }
}
