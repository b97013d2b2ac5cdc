import { createHmac, randomInt } from 'node:crypto'
import { databaseNow } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { required } from '@/lib/env'
import { announce } from '@/lib/events'
import { newId } from '@/lib/id'

/** Without what is easily mistaken when read aloud or off a terminal. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** Makes the installation's one row at the first start. `example` counts only then: afterwards only ending it is possible. */
export async function ensureInstallation(tx: Tx, { example }: { example: boolean }): Promise<{ first: boolean; example: boolean }> {
  const made = await tx.installation.createMany({ data: { id: 1, example, restoreMark: newId() }, skipDuplicates: true })
  const row = await tx.installation.findUniqueOrThrow({ where: { id: 1 } })
  return { first: made.count === 1, example: row.example }
}

/**
 * A new one-time code for the first-admin page, to be printed once; the one before it dies. null when there is a member already.
 * Only its keyed hash is stored.
 */
export async function makeSetupCode(tx: Tx): Promise<string | null> {
  if ((await tx.member.count()) > 0) return null
  const code = [0, 1, 2].map(() => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('')).join('-')
  await tx.installation.update({ where: { id: 1 }, data: { setupCodeHash: setupCodeHash(code) } })
  return code
}

/** The keyed hash of a code; spaces, dashes and case do not matter. */
export function setupCodeHash(code: string): string {
  const letters = code.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
  return createHmac('sha256', required('SLIPWAY_TOKEN_KEY')).update(`setup code ${letters}`).digest('hex')
}

/**
 * Ends the example workspace for good: real people or a real cluster have come. The seeded passwords stop working and the
 * sessions of every seeded account are over. Returns false when there was nothing to end.
 */
export async function endExample(tx: Tx): Promise<boolean> {
  const now = await databaseNow(tx)
  const ended = await tx.installation.updateMany({ where: { id: 1, example: true }, data: { example: false, exampleEndedAt: now } })
  if (ended.count === 0) return false
  await tx.member.updateMany({ where: { example: true }, data: { passwordHash: null, sessionVersion: { increment: 1 } } })
  await announce(tx, 'members')
  return true
}
