import type { IncomingHttpHeaders } from 'node:http'
import type { Wish } from '@/lib/endpoints/wish'
import type { Copies } from './mirror'
import type { Assignment, RoutingTable } from './router'
import type { VersionServers } from './version-servers'

/** An endpoint as a gateway sees it. */
export interface Served {
  readonly wish: Pick<Wish, 'keys' | 'model'>
  /** Whether some arm can answer. */
  readonly ready: boolean
  readonly table: RoutingTable<VersionServers>
  /** What was copied and is not answered yet. */
  readonly copies: Copies
  /** The arm that answers a request, and what it is counted under; throws a Refusal where there is none. */
  assign(key: string | undefined, pin: 'live' | 'candidate' | undefined, headers: IncomingHttpHeaders): Assignment<VersionServers>
}

/** Which endpoints a gateway serves. */
export interface Directory {
  find(environment: string, model: string): Served | undefined
  list(environment: string): Served[]
}
