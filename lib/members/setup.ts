import { createHmac, randomInt } from 'node:crypto'
import { onLoopback } from '@/lib/auth/member-actor'
import { databaseNow } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { required } from '@/lib/env'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'
import { makePasswordCode } from './password-code'

/** Without what is easily mistaken when read aloud or off a terminal. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/**
 * Makes the installation's one row at the first start. `example` counts only then: afterwards it can only end, as it does here when web
 * listens where others reach it.
 */
export async function ensureInstallation(tx: Tx, { example }: { example: boolean }): Promise<{ first: boolean; example: boolean }> {
  const data = [{ id: 1, example: example && onLoopback(), restoreMark: newId() }]
  const made = await tx.installation.createMany({ data, skipDuplicates: true })
  if (!onLoopback()) await endExample(tx)
  const row = await tx.installation.findUniqueOrThrow({ where: { id: 1 } })
  return { first: made.count === 1, example: row.example }
}

/**
 * A new one-time code for the first-admin page, to be printed once; the one before it dies. null while an admin of everything can sign
 * in: so it is also the way back in when the example ended and nobody has a password. Only its keyed hash is stored.
 */
export async function makeSetupCode(tx: Tx): Promise<string | null> {
  if (await adminCanSignIn(tx)) {
    await tx.installation.updateMany({ where: { id: 1 }, data: { setupCodeHash: null } })
    return null
  }
  const code = [0, 1, 2].map(() => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join('-')
  await tx.installation.update({ where: { id: 1 }, data: { setupCodeHash: setupCodeHash(code) } })
  return code
}

async function adminCanSignIn(tx: Tx): Promise<boolean> {
  const now = await databaseNow(tx)
  const admins = await tx.member.count({
    where: {
      disabledAt: null,
      OR: [{ passwordHash: { not: null } }, { passwordCodeUntil: { gt: now } }],
      grants: { some: { role: 'admin', teamId: null, environmentId: null } },
    },
  })
  return admins > 0
}

/** The keyed hash of a code; spaces, dashes and case do not matter. */
export function setupCodeHash(code: string): string {
  const letters = code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
  return createHmac('sha256', required('SLIPWAY_TOKEN_KEY')).update(`setup code ${letters}`).digest('hex')
}

/**
 * Ends the example workspace for good: real people or a real cluster have come. The seeded passwords stop working and the sessions of
 * all seeded accounts are over. Whoever ended it (`memberId`) gets a one-time link to set a password, so that nobody is locked out:
 * show it. Returns null when there was nothing to end.
 */
export async function endExample(tx: Tx, memberId?: string | null): Promise<{ link: string | null } | null> {
  const now = await databaseNow(tx)
  const ended = await tx.installation.updateMany({ where: { id: 1, example: true }, data: { example: false, exampleEndedAt: now } })
  if (ended.count === 0) return null
  await tx.member.updateMany({ where: { example: true }, data: { passwordHash: null, sessionVersion: { increment: 1 } } })
  await announce(tx, 'members')
  const by = memberId ? await tx.member.findFirst({ where: { id: memberId, example: true } }) : null
  return { link: by ? (await makePasswordCode(tx, by.id, now)).link : null }
}
