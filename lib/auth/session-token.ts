import { decode } from 'next-auth/jwt'
import { z } from 'zod'
import { env, required } from '@/lib/env'

/** A session ends this long after the sign-in, whatever happens in between. Seconds. */
export const SESSION_SECONDS = 8 * 3600

/** What the session token says. Never grants: they are read per request. */
const Claims = z.object({
  /** Member id the acts count for. */
  sub: z.uuid(),
  /** The member's session version at the time: when it was bumped since, the session is over. */
  version: z.number().int(),
  /** Seconds since epoch. next-auth renews its own expiry whenever it is asked for the session; this one stays. */
  until: z.number(),
  /** Set while acting as another (example workspace only): the account that signed in. */
  by: z.object({ id: z.uuid(), version: z.number().int() }).optional(),
})
export type SessionClaims = z.infer<typeof Claims>

/** The name next-auth gives its cookie: with the prefix when browsers come by https. */
export function sessionCookie(): string {
  return `${env().NEXTAUTH_URL?.startsWith('https://') ? '__Secure-' : ''}next-auth.session-token`
}

/** The claims of a session cookie; null when it is missing, not ours, or over. */
export async function readSession(value: string | undefined): Promise<SessionClaims | null> {
  if (!value) return null
  try {
    const claims = Claims.parse(await decode({ token: value, secret: required('NEXTAUTH_SECRET') }))
    return claims.until * 1000 > Date.now() ? claims : null
  } catch {
    // Whatever cannot be opened with our secret is no session; there is nothing to tell about it.
    return null
  }
}

/** One cookie's value out of a request's Cookie header. */
export function cookieValue(header: string | null, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return decodeURIComponent(part.slice(at + 1).trim())
  }
  return undefined
}
