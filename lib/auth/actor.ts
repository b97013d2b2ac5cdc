import type { Grant, Permission } from './permissions'

/**
 * Who acts. Grants are read per request, never kept in the session token.
 * `signedInAs` is set while somebody acts as another (example workspace only): the name of the account that signed in.
 */
export interface Actor {
  kind: 'member' | 'token' | 'engine'
  /** member id, token id, or "engine" */
  id: string
  /** The member the act counts for: for a token, the member who made it. */
  memberId: string | null
  name: string
  signedInAs: string | null
  grants: readonly Grant[]
  /** Tokens hold at most these permissions; null: whatever the grants say. Tokens never approve. */
  scopes: readonly Permission[] | null
}

/** The engine's own hand, for what it does by itself (an automatic return). */
export const ENGINE: Actor = { kind: 'engine', id: 'engine', memberId: null, name: 'Slipway', signedInAs: null, grants: [], scopes: null }
