import { databaseNow } from '@/lib/clock'
import { writeAudit } from '@/lib/command'
import { db, type Tx } from '@/lib/db'
import { Problem } from '@/lib/errors'
import { newId } from '@/lib/id'
import { verifyPassword } from './password'

const WINDOW_MS = 15 * 60_000
/** Wrong passwords for one email, from anywhere, until it must wait. */
const WRONG_PER_EMAIL = 5
/** Wrong passwords from one address, for any email. More, since a whole office may share an address. */
const WRONG_PER_ADDRESS = 20
const KEPT_MS = 24 * 3600_000

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
  const attemptId = await db().$transaction((tx) => reserveAttempt(tx, email, input.address))
  const member = await db().member.findUnique({
    where: { email },
    select: { id: true, name: true, passwordHash: true, sessionVersion: true, disabledAt: true },
  })
  const open = member?.disabledAt === null ? member : null
  const right = await verifyPassword(open?.passwordHash, input.password.slice(0, 1024))
  await db().$transaction((tx) => settle(tx, { attemptId, member, right, address: input.address }))
  if (!right || !open) throw new Problem('unauthenticated', 'This email and password do not fit.')
  return { id: open.id, sessionVersion: open.sessionVersion }
}

/**
 * Writes the attempt as wrong before the password is looked at, so that a thousand guesses at once cannot all slip through the count.
 * Earlier wrong ones no longer count for an email once somebody signed in with it.
 */
async function reserveAttempt(tx: Tx, email: string, address: string): Promise<string> {
  for (const key of [`sign-in address ${address}`, `sign-in email ${email}`])
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`
  const now = await databaseNow(tx)
  const since = new Date(now.getTime() - WINDOW_MS)
  const lastRight = await tx.signInAttempt.findFirst({ where: { email, ok: true, at: { gt: since } }, orderBy: { at: 'desc' } })
  const wrong = (where: { email: string } | { address: string }, after: Date, limit: number) =>
    tx.signInAttempt.findMany({ where: { ...where, ok: false, at: { gt: after } }, orderBy: { at: 'desc' }, take: limit })
  refuseAfter(await wrong({ email }, lastRight?.at ?? since, WRONG_PER_EMAIL), WRONG_PER_EMAIL, now)
  refuseAfter(await wrong({ address }, since, WRONG_PER_ADDRESS), WRONG_PER_ADDRESS, now)
  const id = newId()
  await tx.signInAttempt.create({ data: { id, email, address, at: now, ok: false } })
  return id
}

function refuseAfter(wrong: { at: Date }[], limit: number, now: Date): void {
  const oldest = wrong[limit - 1]
  if (!oldest) return
  const minutes = Math.max(1, Math.ceil((oldest.at.getTime() + WINDOW_MS - now.getTime()) / 60_000))
  throw new Problem('rate-limited', `Too many wrong passwords. Try again in ${minutes} min.`)
}

interface Outcome {
  attemptId: string
  member: { id: string; name: string } | null
  right: boolean
  address: string
}

async function settle(tx: Tx, { attemptId, member, right, address }: Outcome): Promise<void> {
  const now = await databaseNow(tx)
  if (right) {
    await tx.signInAttempt.update({ where: { id: attemptId }, data: { ok: true } })
    await tx.signInAttempt.deleteMany({ where: { at: { lt: new Date(now.getTime() - KEPT_MS) } } })
  }
  // Guesses at emails that nobody has stay out of the trail: anyone could fill it with them.
  if (member) await auditSession(tx, member, right ? 'member.sign-in' : 'member.sign-in-failed', { address })
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
