import { createHmac, randomBytes } from 'node:crypto'
import type { Tx } from '@/lib/db'
import { required } from '@/lib/env'

/** How long the link of an invitation or a reset works. */
const CODE_LIVES_MS = 72 * 3600_000

/** A one-time code with which a member sets a password; the one before it dies. The code is shown once, its keyed hash is stored. */
export async function makePasswordCode(tx: Tx, memberId: string, now: Date): Promise<{ link: string; until: Date }> {
  const code = randomBytes(20).toString('base64url')
  const until = new Date(now.getTime() + CODE_LIVES_MS)
  await tx.member.update({ where: { id: memberId }, data: { passwordCodeHash: passwordCodeHash(code), passwordCodeUntil: until } })
  // Behind the #, where no server and no log along the way sees it.
  return { link: `/set-password#${code}`, until }
}

export function passwordCodeHash(code: string): string {
  return createHmac('sha256', required('SLIPWAY_TOKEN_KEY')).update(`password code ${code}`).digest('hex')
}
