import { Problem } from '@/lib/errors'
import { tokenActor } from '@/lib/tokens/store'
import type { Actor } from './actor'
import { memberActor } from './member-actor'
import { fromOwnPage } from './same-origin'
import { cookieValue, readSession, sessionCookie } from './session-token'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Who sends this request: the API token in `Authorization: Bearer slw_...`, else the session cookie. Throws `unauthenticated` when
 * neither is good, and `forbidden` when a cookie would change something from another site's page.
 */
export async function requestActor(request: Request): Promise<Actor> {
  const authorization = request.headers.get('authorization')
  if (authorization !== null) return bearerActor(authorization)
  const claims = await readSession(cookieValue(request.headers.get('cookie'), sessionCookie()))
  const actor = claims ? await memberActor(claims) : null
  if (!actor) throw new Problem('unauthenticated', 'Send an API token as "Authorization: Bearer slw_...", or sign in.')
  if (!SAFE_METHODS.includes(request.method) && !fromOwnPage(request.headers))
    throw new Problem('forbidden', 'A session may change things only from our own pages. Use an API token.')
  return actor
}

async function bearerActor(authorization: string): Promise<Actor> {
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (!token) throw new Problem('unauthenticated', 'The Authorization header must be "Bearer slw_...".')
  return tokenActor(token)
}
