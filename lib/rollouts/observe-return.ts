import { FULL } from '@/lib/endpoints/wish'
import { NEVER_READY_MS, type Sight } from './ending'
import type { LedgerEvent } from './ledger'
import { allAcknowledged, isRestored } from './observe'
import type { PlanDocument } from './schema'
import type { Hold, LiveRun } from './state'
import { hold, holdsOf, type Moved, toEnded, toPromoted, withHolds } from './transitions'

/**
 * One engine turn over a rollout of strategy return: no gates, no waves; on each cluster weight follows the capacity that is ready, all at once.
 * It is held by nothing but another writer; a cluster that cannot be reached is waited for and shown.
 */
export function observeReturn(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): Moved {
  const capacity = { ...run.capacity }
  for (const view of sight.clusters) {
    if (view.reachable) capacity[view.clusterId] = Math.max(capacity[view.clusterId] ?? 0, view.candidate.ready)
  }
  const restoring = run.restoring && !isRestored(sight)
  const seen: LiveRun = { ...run, capacity: changed(run.capacity, capacity) ? capacity : run.capacity, restoring }
  const taken = takenOver(plan, seen, sight, now)
  if (taken.holds.length > 0) return { next: withHolds(seen, taken.holds, now), events: taken.events }
  const moving = plan.to === null || Object.values(capacity).some((ready) => ready > 0)
  if (seen.place.step === null) return begin(plan, seen, moving, now)
  const whole = plan.waves.every((wave) => plan.to === null || (capacity[wave.clusterId] ?? 0) >= wave.replicas)
  if (whole && allAcknowledged(plan, seen, sight)) return toPromoted(plan, seen, { cause: 'acknowledged' }, now)
  return { next: seen, events: [] }
}

function begin(plan: PlanDocument, run: LiveRun, moving: boolean, now: number): Moved {
  if (moving) {
    const place = { wave: 0, step: plan.steps.length - 1 }
    const cluster = plan.waves.map((wave) => wave.cluster).join(', ')
    return {
      next: { ...withHolds({ ...run, place }, [], now) },
      events: [{ kind: 'step', place, cluster, weight: FULL, why: { cause: 'ready' } }],
    }
  }
  if (now - run.startingSince >= NEVER_READY_MS) {
    const cluster = plan.waves.map((wave) => wave.cluster).join(', ')
    return toEnded('failed', { cause: 'never-ready', cluster, seconds: NEVER_READY_MS / 1_000 }, now)
  }
  return { next: run, events: [] }
}

function takenOver(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): { holds: readonly Hold[]; events: LedgerEvent[] } {
  const before = holdsOf(run).filter((entry) => entry.reason === 'takeover')
  if (before.length > 0 || run.restoring) return { holds: before, events: [] }
  const taken = plan.waves.filter((wave) => sight.clusters.some((view) => view.clusterId === wave.clusterId && view.takeover))
  if (taken.length === 0) return { holds: [], events: [] }
  const entry = hold(plan, 'takeover', now, null, taken.map((wave) => wave.cluster).join(', '))
  return { holds: [entry], events: [{ kind: 'held', hold: entry }] }
}

function changed(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  return Object.keys(b).some((key) => a[key] !== b[key])
}
