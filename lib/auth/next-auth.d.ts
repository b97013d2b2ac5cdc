import type { SessionClaims } from './session-token'

declare module 'next-auth' {
  /** What our providers hand to the token's maker. */
  interface User {
    sessionVersion: number
    by?: SessionClaims['by']
  }
}
