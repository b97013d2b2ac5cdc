import type { SeriesRole } from '@/lib/monitoring/flush'
import { type ClientTicket, type Exchange, exchange, type UpstreamAnswer } from './exchange'
import { ROLE_HEADER, WANT_HEADER } from './model-server/protocol'
import type { Replica } from './replica'
import type { Assignment, RoutedArm } from './router'
import type { VersionServers } from './version-servers'

type Arm = RoutedArm<VersionServers>

export interface Call {
  requestId: string
  path: string
  body: Buffer
  wantFeatures: boolean
  timeoutMs: number
  client: ClientTicket
  /** Arms that may stand in, read when needed: the routing may have changed since the assignment. */
  others(): readonly Arm[]
}

/**
 * How a request went. `lost`: its first attempt got no answer, whoever answered in the end. `arm` is the one that answered, which is another than the
 * assigned one after a fallback.
 */
export type Forwarded =
  | { kind: 'answer'; answer: UpstreamAnswer; arm: Arm; lost: boolean }
  | { kind: 'shed'; lost: boolean }
  | { kind: 'timeout' | 'gone' | 'too-large' | 'nobody'; lost: boolean }

/**
 * Sends a request to its arm. An attempt that got no answer is made once more on another replica of the same version, then on another arm; the replica that
 * failed is unlisted meanwhile. A timeout is not retried: the model may be at work. A pinned request has no other arm.
 */
export async function forward({ arm, series }: Assignment<VersionServers>, call: Call): Promise<Forwarded> {
  const deadline = performance.now() + call.timeoutMs
  let lost = arm.servers.ready === 0
  if (!lost) {
    const first = await onArm(arm, series.role, call, deadline)
    if (first !== 'lost') return first
    lost = true
  }
  if (series.role !== 'pinned') {
    for (const other of call.others()) {
      if (other.versionId === arm.versionId || other.servers.ready === 0) continue
      const second = await onArm(other, 'fallback', call, deadline)
      if (second !== 'lost') return { ...second, lost }
    }
  }
  return { kind: 'nobody', lost }
}

/** One attempt on an arm, and one more on another replica; 'lost' when neither got an answer. */
async function onArm(arm: Arm, role: SeriesRole, call: Call, deadline: number): Promise<Forwarded | 'lost'> {
  const { admission } = arm.servers
  if (!admission.tryEnter() && !(await waitForPlace(arm.servers, call, deadline))) {
    return { kind: call.client.gone ? 'gone' : performance.now() >= deadline ? 'timeout' : 'shed', lost: false }
  }
  try {
    let excluded: Replica | null = null
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const replica = arm.servers.pick(excluded)
      if (!replica) return 'lost'
      const result = await send(replica, role, call, deadline)
      if (result.kind === 'answer') return { kind: 'answer', answer: result.answer, arm, lost: excluded !== null }
      if (result.kind !== 'lost') return { kind: result.kind, lost: excluded !== null }
      void replica.suspect()
      excluded = replica
    }
    return 'lost'
  } finally {
    admission.leave()
  }
}

function send(replica: Replica, role: SeriesRole, call: Call, deadline: number): Promise<Exchange> {
  if (call.client.gone) return Promise.resolve({ kind: 'gone' })
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-request-id': call.requestId, [ROLE_HEADER]: role }
  if (call.wantFeatures) headers[WANT_HEADER] = 'features'
  return exchange(replica, call.path, call.body, headers, deadline - performance.now(), call.client)
}

/** Waits in the version's queue until there is a place, the client goes, or the time is over. */
async function waitForPlace(servers: VersionServers, call: Call, deadline: number): Promise<boolean> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), Math.max(1, deadline - performance.now()))
  call.client.cancel = () => stop.abort()
  try {
    return await servers.admission.enter(stop.signal)
  } finally {
    clearTimeout(timer)
    call.client.cancel = null
  }
}
