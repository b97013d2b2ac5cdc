import type { SeriesRole } from '@/lib/monitoring/flush'
import type { UpstreamAnswer } from './answer-reader'
import { type ClientTicket, exchange } from './exchange'
import { ROLE_HEADER, WANT_HEADER } from './model-server/protocol'
import type { Replica } from './replica'
import type { Assignment, RoutedArm } from './router'
import type { Exchange } from './upstream'
import type { VersionServers } from './version-servers'

type Arm = RoutedArm<VersionServers>

export interface Call {
  requestId: string
  body: Buffer
  wantFeatures: boolean
  /** By the monotonic clock, ms. */
  deadline: number
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
  let lost = arm.servers.ready === 0
  if (!lost) {
    const first = await onArm(arm, series.role, call)
    if (first !== 'lost') return first
    lost = true
  }
  if (series.role !== 'pinned') {
    for (const other of call.others()) {
      if (other.versionId === arm.versionId || other.servers.ready === 0) continue
      const second = await onArm(other, 'fallback', call)
      if (second !== 'lost') return { ...second, lost }
    }
  }
  return { kind: 'nobody', lost }
}

/** One attempt on an arm, and one more on another replica; 'lost' when neither got an answer. */
async function onArm(arm: Arm, role: SeriesRole, call: Call): Promise<Forwarded | 'lost'> {
  const { admission } = arm.servers
  if (!admission.tryEnter() && !(await waitForPlace(arm.servers, call))) {
    return { kind: call.client.gone ? 'gone' : performance.now() >= call.deadline ? 'timeout' : 'shed', lost: false }
  }
  try {
    let excluded: Replica | null = null
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const replica = arm.servers.pick(excluded)
      if (!replica) return 'lost'
      const result = await send(replica, arm.servers.path, role, call)
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

function send(replica: Replica, path: string, role: SeriesRole, call: Call): Promise<Exchange> {
  if (call.client.gone) return Promise.resolve({ kind: 'gone' })
  return exchange(replica, headOf(path, role, call.requestId, call.wantFeatures), call.body, call.deadline, call.client)
}

/** The head of a request to a model server, without its length. Nothing of what the client sent stands in it. */
export function headOf(path: string, role: SeriesRole, requestId: string, wantFeatures: boolean): string {
  const id = `x-request-id: ${requestId}\r\n${ROLE_HEADER}: ${role}\r\n`
  const want = wantFeatures ? `${WANT_HEADER}: features\r\n` : ''
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${id}${want}`
}

/** Waits in the version's queue until there is a place, the client goes, or the time is over. */
async function waitForPlace(servers: VersionServers, call: Call): Promise<boolean> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), Math.max(1, call.deadline - performance.now()))
  call.client.held = { cancel: () => stop.abort() }
  try {
    return await servers.admission.enter(stop.signal)
  } finally {
    clearTimeout(timer)
    call.client.held = null
  }
}
