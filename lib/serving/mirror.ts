import { exchange } from './exchange'
import { headOf } from './forward'
import { unitHash } from './hash'
import type { MirroredArm } from './router'
import type { Telemetry } from './telemetry'
import type { Exchange } from './upstream'
import type { VersionServers } from './version-servers'
import type { Outcome } from './window'

/** Copies of one endpoint in flight at most, and of them per ready replica: a caller of the candidate never stands behind more. */
const MOST = 32
const PER_REPLICA = 8
/** Bytes of them held at most: they are outside the budget of callers' bodies. */
const MOST_BYTES = 16 * 1024 * 1024
const TIMEOUT_MS = 5_000

/** The copies of one endpoint that are in flight. */
export class Copies {
  #running = 0
  #bytes = 0

  /** Takes a place, if there is one. */
  tryEnter(ready: number, bytes: number): boolean {
    if (this.#running >= Math.min(MOST, PER_REPLICA * ready) || this.#bytes + bytes > MOST_BYTES) return false
    this.#running += 1
    this.#bytes += bytes
    return true
  }

  leave(bytes: number): void {
    this.#running -= 1
    this.#bytes -= bytes
  }
}

/**
 * Sends a copy of a live request to the candidate, if its id falls into the mirrored share, and counts how it went as `shadow`. Nobody waits for it: the answer
 * is thrown away, no replica is unlisted for it, it is not tried again, and it leaves neither prediction nor sample. Without a place it is dropped and counted as shed.
 */
export function copyRequest(
  { arm, series, share }: MirroredArm<VersionServers>,
  copies: Copies,
  telemetry: Telemetry,
  requestId: string,
  body: Buffer,
): void {
  if (unitHash('mirror', requestId) >= share) return
  const replica = arm.servers.pick(null)
  if (!replica || !copies.tryEnter(arm.servers.ready, body.length)) {
    telemetry.count(series, 'shed', 0)
    return
  }
  const start = performance.now()
  const head = headOf(arm.servers.path, series.role, requestId, false)
  void exchange(replica, head, body, start + TIMEOUT_MS, { gone: false, held: null }).then((result) => {
    copies.leave(body.length)
    telemetry.count(series, outcomeOf(result), performance.now() - start, result.kind === 'timeout')
  })
}

/** As for a caller's request, but that nobody can have given it up. */
function outcomeOf(result: Exchange): Outcome {
  if (result.kind !== 'answer' || result.answer.status >= 500) return 'bad'
  return result.answer.status >= 400 ? 'client-error' : 'good'
}
