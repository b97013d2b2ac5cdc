import type { LedgerEvent } from './ledger'
import type { HoldReason, PlanDocument } from './schema'
import type { Ended, Hold, LiveRun, Returning, RolloutState, Who, Why } from './state'

/** A state and what stands in the ledger about getting there. */
export interface Moved {
  readonly next: RolloutState
  readonly events: readonly LedgerEvent[]
}

/** Who is asked to act on a hold. */
const OWNERS: Record<HoldReason, Hold['owner']> = {
  person: 'engineer',
  approval: 'engineer',
  dwell: 'engineer',
  'no-data': 'sre',
  invalid: 'sre',
  unreachable: 'sre',
  takeover: 'sre',
  'stable-bad': 'sre',
  lowered: 'engineer',
}

export function hold(plan: PlanDocument, reason: HoldReason, now: number, by: Who | null, detail: string): Hold {
  return { reason, since: now, end: now + plan.pace.holdMax * 1_000, owner: OWNERS[reason], by, detail }
}

/** The same run with this set of holds: holding while there is one, else where its place says. */
export function withHolds(run: LiveRun, holds: readonly Hold[], now: number): LiveRun {
  const phase = holds.length > 0 ? 'holding' : run.place.step === null ? 'starting' : 'progressing'
  const { holds: _, ...rest } = { holds: [], ...run }
  const since = phase === run.phase ? run.since : now
  return phase === 'holding' ? { ...rest, phase, since, holds } : { ...rest, phase, since }
}

export function holdsOf(run: LiveRun): readonly Hold[] {
  return run.phase === 'holding' ? run.holds : []
}

export function isHeld(run: LiveRun, reason: HoldReason): boolean {
  return holdsOf(run).some((entry) => entry.reason === reason)
}

/** Was the candidate ever wished a weight above 0 (or is this a later wave)? */
export function hadTraffic(run: LiveRun): boolean {
  return run.place.wave > 0 || run.place.step !== null || run.loweredFrom !== undefined
}

/** Traffic goes back. It waits for every cluster that was ever wished a weight above 0. */
export function toReturning(plan: PlanDocument, run: LiveRun, outcome: Returning['outcome'], why: Why, now: number): Moved {
  const { wave, step } = run.place
  const moved = step !== null && plan.steps[step] > 0 ? wave : wave - 1
  const touched = plan.waves.slice(0, Math.max(moved, run.loweredFrom?.wave ?? -1) + 1)
  const next: Returning = {
    phase: 'returning',
    since: now,
    place: run.place,
    outcome,
    why,
    waitingFor: touched.map((target) => target.clusterId),
    firstWeightAt: run.firstWeightAt,
  }
  return { next, events: [{ kind: 'returning', why }] }
}

export function toEnded(phase: Ended['phase'], why: Why, now: number, leave = false): Moved {
  return { next: { phase, since: now, why, leave }, events: [{ kind: 'ended', phase, why }] }
}

/** A wave's candidate is started: no weight there until every replica is ready. */
export function toStarting(plan: PlanDocument, run: LiveRun | null, wave: number, now: number): Moved {
  const target = plan.waves[wave]
  return {
    next: {
      phase: 'starting',
      since: now,
      place: { wave, step: null },
      startingSince: now,
      acknowledgedAt: null,
      dwellSince: null,
      unreadySince: null,
      ...(run?.loweredFrom ? { loweredFrom: run.loweredFrom } : {}),
      firstWeightAt: run?.firstWeightAt ?? {},
      capacity: run?.capacity ?? {},
      promoteNow: run?.promoteNow ?? false,
      restoring: run?.restoring ?? false,
    },
    events: [{ kind: 'starting', wave, cluster: target.cluster, replicas: target.replicas }],
  }
}

export function toStep(plan: PlanDocument, run: LiveRun, step: number, why: Why, now: number): Moved {
  const place = { wave: run.place.wave, step }
  const { holds: _, ...rest } = { holds: [], ...run }
  return {
    next: { ...rest, phase: 'progressing', since: now, place, acknowledgedAt: null, dwellSince: null, extendedUntil: null },
    events: [{ kind: 'step', place, cluster: plan.waves[place.wave].cluster, weight: plan.steps[step], why }],
  }
}

/** 100 % is acknowledged in a wave: the next one starts, or the rollout is promoted. */
export function finishWave(plan: PlanDocument, run: LiveRun, why: Why, now: number): Moved {
  const { wave } = run.place
  const finished: LedgerEvent = { kind: 'wave-finished', wave, cluster: plan.waves[wave].cluster }
  if (wave < plan.waves.length - 1) {
    const moved = toStarting(plan, run, wave + 1, now)
    return { next: moved.next, events: [finished, ...moved.events] }
  }
  return toPromoted(plan, run, why, now)
}

export function toPromoted(plan: PlanDocument, run: LiveRun, why: Why, now: number): Moved {
  const { watch, warmth } = plan.pace
  const watched = watch > 0 && plan.gates.length > 0 && plan.strategy !== 'initial' && plan.strategy !== 'return'
  return {
    next: {
      phase: 'promoted',
      since: now,
      why,
      watch: watched ? 'open' : 'none',
      watchUntil: watched ? now + watch * 1_000 : null,
      // While it is watched a return must find the old version ready.
      warmUntil: now + Math.max(warmth, watched ? watch : 0) * 1_000,
      firstWeightAt: run.firstWeightAt,
    },
    events: [{ kind: 'ended', phase: 'promoted', why }],
  }
}
