import { databaseNow } from '@/lib/clock'
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

interface Attempt {
  email: string
  address: string
}

/**
 * Verifies a password and counts the wrong ones, per email and per address. Throws `rate-limited` with the minutes to wait after too
 * many, before the password is looked at. Works in transactions of its own: a wrong one counts also when the caller then refuses.
 */
export async function countedVerify(attempt: Attempt, hash: string | null | undefined, password: string): Promise<boolean> {
  const id = await db().$transaction((tx) => reserveAttempt(tx, attempt))
  const right = await verifyPassword(hash, password)
  if (!right) return false
  const row = await db().signInAttempt.update({ where: { id }, data: { ok: true } })
  await db().signInAttempt.deleteMany({ where: { at: { lt: new Date(row.at.getTime() - KEPT_MS) } } })
  return true
}

/**
 * Writes the attempt as wrong before the password is looked at, so that a thousand guesses at once cannot all slip through the count.
 * Earlier wrong ones no longer count for an email once somebody signed in with it.
 */
async function reserveAttempt(tx: Tx, { email, address }: Attempt): Promise<string> {
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
