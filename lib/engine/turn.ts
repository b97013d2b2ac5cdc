import { db } from '@/lib/db'
import { log } from '@/lib/log'
import { isTerminal } from '@/lib/rollouts/store'
import { anyBehind, applyWishes, writeBack } from './apply'
import { type Claim, release, renew } from './claim'
import type { EngineClock } from './clock'
import { commitTurn, LostClaim } from './commit'
import type { Desk } from './desk'
import { type Look, look } from './look'
import { IDLE_MS } from './loop'
import type { ClusterPorts, Observer } from './observer'
import { type Thought, think } from './think'

/** The effects of a turn, in order. A test may stop the engine between any two of them. */
export type Effect = 'looked' | 'thought' | 'committed' | 'applied' | 'released'

export interface EnginePorts {
  /** This engine's id. */
  owner: string
  clock: EngineClock
  clusters: ClusterPorts
  observer: Observer
  desks: Map<string, Desk>
  /** Called after each effect; may throw, which is what a kill there would do. */
  onEffect?(effect: Effect, claim: Claim): void | Promise<void>
}

/** A quiet endpoint is looked at this often; one with an unreachable cluster more often; what was just written is looked at at once. Milliseconds. */
const QUIET_MS = 30_000
const UNREACHABLE_MS = 5_000
const WRITTEN_MS = 250
/** What is due sooner than this is never put off; the rest by at most so much, and by this part of how late it was served. */
const URGENT_MS = 1_500
const SPREAD_MAX_MS = 4_000
const SPREAD = 0.8

/** Of a retired endpoint nothing is judged. */
const NOTHING: Thought = { changes: [], evidence: null, judged: null, desk: null, wakeMs: null }

/**
 * One turn of an endpoint: observe -> close slots -> judge -> advance -> commit -> apply -> release. The wish is stored before the act, the act is
 * idempotent, and the next turn looks again, so that a turn may end anywhere.
 */
export async function runTurn(ports: EnginePorts, claim: Claim): Promise<void> {
  try {
    const seen = await look(ports, claim, claim.atMs, (cluster, live) => writeBack(claim, cluster, live))
    if (!seen) return
    await ports.onEffect?.('looked', claim)
    const thought = seen.endpoint.removedAt === null ? await think(seen, ports.desks, claim) : NOTHING
    await ports.onEffect?.('thought', claim)
    const { generation } = await commitTurn(claim, seen, thought)
    keepDesk(ports.desks, thought, seen.nowMs)
    await ports.onEffect?.('committed', claim)
    const stored = generation !== null || thought.changes.length > 0
    const written = stored || anyBehind(seen) ? await write(ports, claim, seen) : 0
    await ports.onEffect?.('applied', claim)
    const nextMs = written > 0 ? seen.nowMs + WRITTEN_MS : wakeMs(seen, thought, claim.lateMs)
    // A rollout's time never goes back, the clock may: what is waited for is waited for by the clock.
    await release(db(), claim, claim.atMs + nextMs - seen.nowMs)
    await ports.onEffect?.('released', claim)
  } catch (error) {
    // Another engine or a person was first: their turn goes on from what they stored.
    if (!(error instanceof LostClaim)) throw error
    log.info({ endpoint: claim.endpointId, fence: claim.fence }, 'turn lost its claim')
  }
}

/** Writes what is stored to the clusters, under a lease that lasts as long as the writes may. */
async function write(ports: EnginePorts, claim: Claim, seen: Look): Promise<number> {
  if (!(await renew(db(), claim, await ports.clock.now()))) throw new LostClaim(claim.endpointId)
  return applyWishes(claim, seen)
}

/** The desk has folded what is stored now; of a rollout that has ended nothing more is judged, and it goes. */
function keepDesk(desks: Map<string, Desk>, { desk: open, evidence, changes }: Thought, nowMs: number): void {
  if (!open) return
  const { rolloutId, desk } = open
  if (desk.cursor && evidence) desk.cursor = { ...desk.cursor, evidenceMs: nowMs }
  const next = changes.find((change) => change.rollout.id === rolloutId)?.next
  const over = next !== undefined && isTerminal(next.phase) && !(next.phase === 'promoted' && next.watch === 'open')
  if (!over) desks.set(rolloutId, desk)
}

/**
 * When to look again. Slots end everywhere at once, and so all rollouts are due at once: what was served late is due as much later next time, less a fifth, so that a
 * queue spreads itself over the slot instead of standing there again. Without a queue that fades.
 */
function wakeMs({ clusters, nowMs }: Look, { wakeMs: wanted, desk }: Thought, lateMs: number): number {
  const unreachable = clusters.some((cluster) => cluster.open === null)
  const latest = nowMs + (unreachable ? UNREACHABLE_MS : QUIET_MS)
  const due = Math.max(nowMs, Math.min(wanted ?? latest, latest))
  if (!desk || due - nowMs < URGENT_MS) return due
  desk.desk.shiftMs = Math.min(SPREAD_MAX_MS, SPREAD * Math.max(0, desk.desk.shiftMs + lateMs - IDLE_MS))
  return due + desk.desk.shiftMs
}
