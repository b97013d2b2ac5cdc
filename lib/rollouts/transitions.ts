import type { LedgerEvent } from './ledger'
import type { HoldReason, PlanDocument } from './schema'
import { soakOf } from './soak'
import type { Ended, Hold, LiveRun, Returning, RolloutState, Who, Why } from './state'
import { stepsAt } from './steps'

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
  'wave-failed': 'engineer',
}

export function hold(plan: PlanDocument, reason: HoldReason, now: number, by: Who | null, detail: string): Hold {
  return { reason, since: now, end: now + plan.pace.holdMax * 1_000, owner: OWNERS[reason], by, detail }
}

/** The same run with this set of holds: holding while there is one, else where its place says. */
export function withHolds(run: LiveRun, holds: readonly Hold[], now: number): LiveRun {
  const phase = holds.length > 0 ? 'holding' : run.place.step === null ? 'starting' : 'progressing'
  const { holds: _holds, mirror, ...rest } = { holds: [], mirror: undefined, ...run }
  const since = phase === run.phase ? run.since : now
  return phase === 'holding' ? { ...rest, phase, since, holds, ...(mirror ? { mirror } : {}) } : { ...rest, phase, since }
}

export function holdsOf(run: LiveRun): readonly Hold[] {
  return run.phase === 'holding' ? run.holds : []
}

export function isHeld(run: LiveRun, reason: HoldReason): boolean {
  return holdsOf(run).some((entry) => entry.reason === reason)
}

/** Has some cluster weight and no candidate that is ready? */
export function isUnready({ unready = {} }: LiveRun): boolean {
  return Object.keys(unready).length > 0
}

/** Was the candidate ever wished a weight above 0 (or is this a later wave)? */
export function hadTraffic(run: LiveRun): boolean {
  return run.place.wave > 0 || run.place.step !== null || run.loweredFrom !== undefined
}

/** Traffic goes back. It waits for every cluster that was ever wished a weight above 0. */
export function toReturning(plan: PlanDocument, run: LiveRun, outcome: Returning['outcome'], why: Why, now: number): Moved {
  const { wave, step } = run.place
  const moved = step !== null && stepsAt(plan, wave)[step] > 0 ? wave : wave - 1
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

/**
 * A wave's cluster goes back to 0 %; those before it keep their 100 %, which they proved. The candidate stays ready there, for pinned requests, and a person
 * says how it goes on.
 */
export function toWaveFailed(plan: PlanDocument, run: LiveRun, why: Why, now: number): Moved {
  const { wave } = run.place
  const { cluster } = plan.waves[wave]
  const entry: Hold = { ...hold(plan, 'wave-failed', now, null, cluster), why }
  const rest = holdsOf(run).filter(({ reason }) => reason !== 'dwell' && reason !== 'approval')
  // Its next attempt burns in anew: whatever made it fail was not ready, or is another pod by then.
  const { [plan.waves[wave].clusterId]: _first, ...firstWeightAt } = run.firstWeightAt
  return {
    next: withHolds({ ...takenBack(run), firstWeightAt, place: { wave, step: null } }, [...rest, entry], now),
    events: [
      { kind: 'wave-returned', wave, cluster, from: run.place, why },
      { kind: 'held', hold: entry },
    ],
  }
}

/** The run as it stands when its weight is taken back: what had traffic before is still waited for when all goes back. */
export function takenBack(run: LiveRun): LiveRun {
  const wave = Math.max(run.place.wave, run.loweredFrom?.wave ?? 0)
  return {
    ...run,
    ...(hadTraffic(run) ? { loweredFrom: { ...run.place, wave } } : {}),
    acknowledgedAt: null,
    dwellSince: null,
    extendedUntil: null,
    unready: {},
    promoteNow: false,
  }
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
  const { holds: _holds, mirror: _mirror, ...rest } = { holds: [], mirror: undefined, ...run }
  return {
    next: { ...rest, phase: 'progressing', since: now, place, acknowledgedAt: null, dwellSince: null, extendedUntil: null },
    events: [{ kind: 'step', place, cluster: plan.waves[place.wave].cluster, weight: stepsAt(plan, place.wave)[step], why }],
  }
}

/** A wave is done with 100 %: the next one starts, or the rollout is promoted. */
export function finishWave(plan: PlanDocument, run: LiveRun, why: Why, now: number): Moved {
  const { wave } = run.place
  const soak = soakOf(plan, run)
  const soaked = soak ? { soaked: Math.round((now - soak.since) / 1_000) } : {}
  const finished: LedgerEvent = { kind: 'wave-finished', wave, cluster: plan.waves[wave].cluster, ...soaked }
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
