import { createHash } from 'node:crypto'
import type { Wish } from '@/lib/endpoints/wish'

/**
 * Whether a request may call an endpoint: null, or why not. A key is shown as `Authorization: Bearer KEY`; the wish holds SHA-256 (hex) of each, several at
 * once while keys are rotated. An endpoint without keys is open (its port is on loopback); one whose keys have all ended is closed.
 */
export function refuseKey(keys: Wish['keys'], authorization: string | undefined, nowMs: number): string | null {
  if (keys.length === 0) return null
  const shown = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (!shown) return 'This endpoint needs a key: send Authorization: Bearer KEY.'
  const hash = createHash('sha256').update(shown).digest('hex')
  const key = keys.find((known) => known.hash === hash)
  if (!key) return 'This endpoint does not know that key.'
  if (key.expiresAt !== null && key.expiresAt <= nowMs) return `That key ended at ${new Date(key.expiresAt).toISOString()}.`
  return null
}
