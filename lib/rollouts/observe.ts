import { FULL } from '@/lib/endpoints/wish'
import { wantedWeight } from './desired'
import { endsBy, isAlone, located, names, objectiveFault, type Sight, saysStableBad, stableFault, unreadyClocks, viewOf } from './ending'
import type { LedgerEvent } from './ledger'
import type { HoldReason, PlanDocument } from './schema'
import { soakOf } from './soak'
import type { Hold, LiveRun, Promoted, Returning, Why } from './state'
import { lastStep, stepsAt } from './steps'
import {
  finishWave,
  hadTraffic,
  hold,
  holdsOf,
  isHeld,
  type Moved,
  toEnded,
  toReturning,
  toStep,
  toWaveFailed,
  withHolds,
} from './transitions'

/** A cluster is missed after this. */
export const MISSED_MS = 10_000

/** One engine turn over a live rollout: first what ends it, then what holds it, then one step forward. */
export function observeRun(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): Moved {
  const seen = lengthen(plan, track(plan, run, sight, now), sight, now)
  const ending = endsBy(plan, seen.run, sight, now)
  if (!ending) return held(plan, seen, sight, now, null)
  const untouched = ending.why.cause === 'never-ready' && !hadTraffic(seen.run)
  const alone = isAlone(plan, seen.run, ending)
  const fault = untouched ? null : stableFault(plan, seen.run, sight, ending.why, alone)
  if (fault) return held(plan, seen, sight, now, fault)
  const moved = untouched
    ? toEnded('failed', ending.why, now)
    : alone
      ? toWaveFailed(plan, seen.run, ending.why, now)
      : toReturning(plan, seen.run, 'returned', located(plan, ending), now)
  return { next: moved.next, events: [...seen.events, ...moved.events] }
}

interface Seen {
  run: LiveRun
  events: LedgerEvent[]
}

/** Notes what was seen: the acknowledgement of the present step, the first weight of a cluster, readiness. */
function track(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): Seen {
  const events: LedgerEvent[] = []
  let { acknowledgedAt, dwellSince, firstWeightAt, restoring } = run
  const { wave, step } = run.place
  const { cluster } = plan.waves[wave]
  const view = viewOf(plan, sight, wave)
  if (restoring && isRestored(sight)) restoring = false
  // That a wave which failed has no traffic any more is said when its cluster says so.
  if (acknowledgedAt === null && isHeld(run, 'wave-failed') && view?.reachable && view.acknowledged && view.candidate.weight === 0) {
    acknowledgedAt = now
    events.push({ kind: 'acknowledged', place: run.place, cluster, weight: 0 })
  }
  if (
    step !== null &&
    acknowledgedAt === null &&
    view?.reachable &&
    view.acknowledged &&
    view.candidate.weight === stepsAt(plan, wave)[step]
  ) {
    acknowledgedAt = now
    dwellSince = now
    const weight = stepsAt(plan, wave)[step]
    if (weight > 0 && firstWeightAt[view.clusterId] === undefined) firstWeightAt = { ...firstWeightAt, [view.clusterId]: now }
    events.push({ kind: 'acknowledged', place: run.place, cluster, weight })
  }
  return { run: { ...run, acknowledgedAt, dwellSince, firstWeightAt, restoring, unready: unreadyClocks(plan, run, sight, now) }, events }
}

/** A gate without data whose plan says so gives the step once longer when its longest dwell is over, instead of a hold. */
function lengthen(plan: PlanDocument, seen: Seen, sight: Sight, now: number): Seen {
  const { run, events } = seen
  if (sight.decision?.action !== 'extend' || (run.extendedUntil ?? null) !== null || !isLate(plan, run, now)) return seen
  const until = now + plan.pace.maxDwell * 1_000
  return { run: { ...run, extendedUntil: until }, events: [...events, { kind: 'extended', by: null, reason: '', until }] }
}

/** The longest time at this step is over. Held for another reason, the dwell does not run: it begins anew afterwards. */
function isLate(plan: PlanDocument, run: LiveRun, now: number): boolean {
  if (run.phase !== 'progressing' || run.dwellSince === null) return false
  return now >= (run.extendedUntil ?? run.dwellSince + plan.pace.maxDwell * 1_000)
}

/** `restore ours` is over: ours is seen everywhere, or somebody wrote once more since, which is another question. */
export function isRestored({ clusters }: Sight): boolean {
  return clusters.every((cluster) => cluster.reachable && !cluster.takeover) || clusters.some((cluster) => cluster.outranked)
}

/** Holds that only a person, or what they were asked about, takes away. */
const STAYING: readonly HoldReason[] = ['person', 'approval', 'takeover', 'lowered', 'wave-failed']

/** Sets and clears the reasons that the engine owns; with none left it goes on. `fault`: what is wrong with stable, so that it does not return. */
function held(plan: PlanDocument, seen: Seen, sight: Sight, now: number, fault: string | null): Moved {
  const { run, events } = seen
  const wanted = new Map(automatic(plan, run, sight, now).map((entry) => [entry.reason, entry.detail]))
  if (fault) wanted.set('stable-bad', fault)
  const holds: Hold[] = []
  for (const entry of holdsOf(run)) {
    const stays = STAYING.includes(entry.reason) || wanted.has(entry.reason)
    if (!stays) events.push({ kind: 'hold-removed', reason: entry.reason, by: null })
    else if (entry.end !== null && now >= entry.end) {
      holds.push({ ...entry, end: null })
      events.push({ kind: 'hold-overdue', reason: entry.reason })
    } else holds.push(entry)
    wanted.delete(entry.reason)
  }
  for (const [reason, detail] of wanted) {
    const entry = hold(plan, reason, now, null, detail)
    holds.push(entry)
    events.push({ kind: 'held', hold: entry })
  }
  if (holds.length > 0) return { next: withHolds(run, holds, now), events }
  const dwellSince = run.phase === 'holding' && run.dwellSince !== null ? now : run.dwellSince
  const going: LiveRun = { ...withHolds(run, [], now), dwellSince }
  const moved = forward(plan, going, sight, now)
  return moved ? { next: moved.next, events: [...events, ...moved.events] } : { next: going, events }
}

function automatic(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): { reason: HoldReason; detail: string }[] {
  const { wave, step } = run.place
  const { decision } = sight
  const found: { reason: HoldReason; detail: string }[] = []
  const kept = (reason: HoldReason) => isHeld(run, reason)
  const others = plan.waves.filter((_, i) => viewOf(plan, sight, i)?.takeover)
  if (others.length > 0 && !run.restoring) found.push({ reason: 'takeover', detail: names(others) })
  const missing = plan.waves.filter((_, i) => {
    const view = viewOf(plan, sight, i)
    return i <= wave && view !== undefined && !view.reachable && now - (view.seenAt ?? run.startingSince) > MISSED_MS
  })
  if (missing.length > 0) found.push({ reason: 'unreachable', detail: names(missing) })
  for (const reason of ['no-data', 'invalid', 'stable-bad'] as const) {
    const says = decision?.action === 'hold' && decision.reasons.includes(reason)
    if (says || (decision === null && kept(reason))) found.push({ reason, detail: reason === 'stable-bad' ? objectiveFault(plan) : '' })
  }
  // The judge compares the requests of each wish with its own weights; that all requests together go by the present ones is seen here.
  const misrouted = plan.waves.flatMap((_, i) => (i <= wave ? (viewOf(plan, sight, i)?.misrouted ?? []) : []))
  if (misrouted.length > 0 && !found.some((entry) => entry.reason === 'invalid')) found.push({ reason: 'invalid', detail: misrouted[0] })
  if (step === null || run.acknowledgedAt === null) return found
  const weight = stepsAt(plan, wave)[step]
  if (weight > 0 && weight < FULL && (isLate(plan, run, now) || kept('dwell')) && decision?.action !== 'advance')
    found.push({ reason: 'dwell', detail: '' })
  // The preview of a blue/green is for a person to look at: the switch is theirs.
  if (weight === 0 && !run.promoteNow) found.push({ reason: 'approval', detail: '' })
  return found
}

/** At most one step forward. null: nothing to do yet. */
function forward(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): Moved | null {
  const { wave, step } = run.place
  const view = viewOf(plan, sight, wave)
  if (step === null) {
    if (!view?.reachable || view.candidate.ready < plan.waves[wave].replicas) return null
    const first = run.promoteNow ? lastStep(plan, wave) : 0
    return toStep(plan, run, first, { cause: 'ready' }, now)
  }
  if (run.acknowledgedAt === null) return null
  const { decision } = sight
  const advance: Why | null = decision?.action === 'advance' ? { cause: decision.why } : null
  if (step < lastStep(plan, wave)) return advance && toStep(plan, run, step + 1, advance, now)
  const soak = soakOf(plan, run)
  if (soak) return advance && now >= soak.until ? finishWave(plan, run, advance, now) : null
  const unwatched = plan.strategy === 'canary' || run.promoteNow || (plan.strategy === 'initial' && plan.gates.length === 0)
  if (unwatched) return finishWave(plan, run, { cause: 'acknowledged' }, now)
  return advance && finishWave(plan, run, advance, now)
}

/** Ends when every cluster that had traffic acknowledges 0; shows those that do not yet. */
export function observeReturning(state: Returning, sight: Sight, now: number): Moved {
  const waitingFor = state.waitingFor.filter((id) => {
    const view = sight.clusters.find((cluster) => cluster.clusterId === id)
    return !(view?.reachable && view.acknowledged && view.candidate.weight === 0)
  })
  if (waitingFor.length === 0) return toEnded(state.outcome, state.why, now)
  const same = waitingFor.length === state.waitingFor.length
  return { next: same ? state : { ...state, waitingFor }, events: [] }
}

/** The watch after promotion: late labels still count. The state stays promoted; a fail asks for a rollout of strategy return. */
export function observePromoted(state: Promoted, sight: Sight, now: number): Moved {
  if (state.watch !== 'open') return { next: state, events: [] }
  const { decision } = sight
  // Nobody calls at night: what is not there proves nothing against what was promoted.
  const fail = decision?.action === 'return' && !decision.noData ? decision : null
  if (fail && (sight.stableBad ?? []).length === 0) {
    const why: Why = { cause: 'evidence', blamed: fail.blamed, compared: fail.compared }
    return { next: { ...state, watch: 'failed' }, events: [{ kind: 'watch-failed', why }] }
  }
  if (fail || saysStableBad(decision)) return { next: { ...state, watch: 'asks' }, events: [{ kind: 'watch-asks' }] }
  if (state.watchUntil !== null && now >= state.watchUntil)
    return { next: { ...state, watch: 'passed' }, events: [{ kind: 'watch-passed' }] }
  return { next: state, events: [] }
}

/** Does every cluster route as this run wishes? */
export function allAcknowledged(plan: PlanDocument, run: LiveRun, sight: Sight): boolean {
  return plan.waves.every((_, i) => {
    const view = viewOf(plan, sight, i)
    return view?.reachable === true && view.acknowledged && (plan.to === null || view.candidate.weight === wantedWeight(plan, run, i))
  })
}
