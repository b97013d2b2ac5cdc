import { databaseNow } from '@/lib/clock'
import { writeAudit } from '@/lib/command'
import { db, type Tx } from '@/lib/db'
import { Problem } from '@/lib/errors'
import { newId } from '@/lib/id'
import { countedVerify } from './sign-in-limit'

export interface SignedIn {
  id: string
  sessionVersion: number
}

/**
 * Checks an email and a password. Throws `unauthenticated` for a wrong pair (the same words and the same work whether the email is
 * known or not) and `rate-limited` with the minutes to wait after too many of them.
 */
export async function signIn(input: { email: string; password: string; address: string }): Promise<SignedIn> {
  const email = input.email.trim().toLowerCase().slice(0, 254)
  const member = await db().member.findUnique({
    where: { email },
    select: { id: true, name: true, passwordHash: true, sessionVersion: true, disabledAt: true },
  })
  const open = member?.disabledAt === null ? member : null
  const right = await countedVerify({ email, address: input.address }, open?.passwordHash, input.password.slice(0, 1024))
  // Guesses at emails that nobody has stay out of the trail: anyone could fill it with them.
  if (member) {
    const verb = right ? 'member.sign-in' : 'member.sign-in-failed'
    await db().$transaction((tx) => auditSession(tx, member, verb, { address: input.address }))
  }
  if (!right || !open) throw new Problem('unauthenticated', 'This email and password do not fit.')
  return { id: open.id, sessionVersion: open.sessionVersion }
}

/** One row of the trail about a session: sign-in, a wrong password, sign-out, acting as another. */
export async function auditSession(
  tx: Tx,
  member: { id: string; name: string; signedInAs?: string },
  verb: 'member.sign-in' | 'member.sign-in-failed' | 'member.sign-out' | 'member.act-as',
  detail: Record<string, unknown> = {},
): Promise<void> {
  await writeAudit(tx, {
    actor: {
      kind: 'member',
      id: member.id,
      memberId: member.id,
      name: member.name,
      signedInAs: member.signedInAs ?? null,
      grants: [],
      scopes: null,
    },
    verb,
    target: { kind: 'member', id: member.id, name: member.name, detail },
    scope: {},
    now: await databaseNow(tx),
    requestId: newId(),
  })
}
