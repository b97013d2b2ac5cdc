import { FULL } from '@/lib/endpoints/wish'
import { wantedWeight } from './desired'
import type { LedgerEvent } from './ledger'
import type { ClusterView } from './machine'
import type { HoldReason, PlanDocument } from './schema'
import type { Hold, LiveRun, Promoted, Returning, Why } from './state'
import { finishWave, hadTraffic, hold, holdsOf, type Moved, toEnded, toReturning, toStep, withHolds } from './transitions'
import type { Decision } from './verdict'

/** A version that never gets ready in this time is given up; a candidate with traffic that is not ready for this long is a fail; a cluster is missed after this. */
export const NEVER_READY_MS = 600_000
export const UNREADY_MS = 30_000
export const MISSED_MS = 10_000

export interface Sight {
  readonly clusters: readonly ClusterView[]
  readonly decision: Decision | null
  /** Stable fails its own objective. */
  readonly stableBad?: boolean
}

/** One engine turn over a live rollout: first what ends it, then what holds it, then one step forward. */
export function observeRun(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): Moved {
  const seen = lengthen(plan, track(plan, run, sight, now), sight, now)
  const ending = endsBy(plan, seen.run, sight, now)
  if (!ending) return held(plan, seen, sight, now, null)
  const untouched = ending.why.cause === 'never-ready' && !hadTraffic(seen.run)
  const fault = untouched ? null : stableFault(plan, seen.run, sight, ending.why)
  if (fault) return held(plan, seen, sight, now, fault)
  const moved = untouched ? toEnded('failed', ending.why, now) : toReturning(plan, seen.run, 'returned', ending.why, now)
  return { next: moved.next, events: [...seen.events, ...moved.events] }
}

interface Seen {
  run: LiveRun
  events: LedgerEvent[]
}

function viewOf(plan: PlanDocument, sight: Sight, wave: number): ClusterView | undefined {
  return sight.clusters.find((view) => view.clusterId === plan.waves[wave].clusterId)
}

/** Notes what was seen: the acknowledgement of the present step, the first weight of a cluster, readiness. */
function track(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): Seen {
  const events: LedgerEvent[] = []
  let { acknowledgedAt, dwellSince, firstWeightAt, restoring } = run
  const { wave, step } = run.place
  const view = viewOf(plan, sight, wave)
  if (restoring && isRestored(sight)) restoring = false
  if (step !== null && acknowledgedAt === null && view?.reachable && view.acknowledged && view.candidate.weight === plan.steps[step]) {
    acknowledgedAt = now
    dwellSince = now
    const weight = plan.steps[step]
    if (weight > 0 && firstWeightAt[view.clusterId] === undefined) firstWeightAt = { ...firstWeightAt, [view.clusterId]: now }
    events.push({ kind: 'acknowledged', place: run.place, cluster: plan.waves[wave].cluster, weight })
  }
  const unready = sight.clusters.some((cluster) => cluster.reachable && cluster.candidate.weight > 0 && cluster.candidate.ready === 0)
  const blind = sight.clusters.some((cluster) => !cluster.reachable)
  // An unreachable cluster says nothing about readiness: the clock neither starts nor is cleared.
  const unreadySince = unready ? (run.unreadySince ?? now) : blind ? run.unreadySince : null
  return { run: { ...run, acknowledgedAt, dwellSince, firstWeightAt, restoring, unreadySince }, events }
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

/** What ends the rollout by itself, if anything. */
function endsBy(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): { why: Why } | null {
  const { decision } = sight
  const silentFor = run.acknowledgedAt === null ? 0 : Math.round((now - run.acknowledgedAt) / 1_000)
  if (decision?.action === 'return') {
    const { blamed, compared, noData } = decision
    return { why: noData ? { cause: 'no-data', blamed, seconds: silentFor } : { cause: 'evidence', blamed, compared } }
  }
  if (decision?.action === 'extend' && run.extendedUntil && now >= run.extendedUntil)
    return { why: { cause: 'no-data', blamed: decision.blamed, seconds: silentFor } }
  if (run.unreadySince !== null && now - run.unreadySince >= UNREADY_MS) {
    const at = plan.waves.find((_, i) => {
      const view = viewOf(plan, sight, i)
      return view?.reachable && view.candidate.weight > 0 && view.candidate.ready === 0
    })
    if (at) return { why: { cause: 'unready', cluster: at.cluster, seconds: Math.round((now - run.unreadySince) / 1_000) } }
  }
  const holds = holdsOf(run)
  if (run.place.step === null && holds.length === 0 && now - run.startingSince >= NEVER_READY_MS) {
    const { cluster } = plan.waves[run.place.wave]
    return { why: { cause: 'never-ready', cluster, seconds: NEVER_READY_MS / 1_000 } }
  }
  const over = plan.pace.holdEnd === 'return' ? holds.find((entry) => entry.end !== null && now >= entry.end) : undefined
  return over ? { why: { cause: 'hold-ended', reason: over.reason, seconds: Math.round((now - over.since) / 1_000) } } : null
}

/**
 * One fault is not silently swapped for another: what is wrong with the version that traffic would return to, in words; null: nothing, or the candidate
 * answers nobody anyway.
 */
function stableFault(plan: PlanDocument, run: LiveRun, sight: Sight, why: Why): string | null {
  if (!plan.from) return null
  const answering = plan.waves.flatMap((wave, i) => {
    const view = viewOf(plan, sight, i)
    return i <= run.place.wave && view?.reachable && view.candidate.weight > 0 && view.candidate.ready > 0 ? [{ wave, view }] : []
  })
  const down = answering.filter(({ view }) => view.stable.ready === 0).map(({ wave }) => wave)
  if (down.length > 0) return `v${plan.from.number} is not ready on ${names(down)}`
  return answering.length > 0 && why.cause !== 'unready' && isStableBad(sight) ? objectiveFault(plan) : null
}

function isStableBad({ decision, stableBad }: Sight): boolean {
  return stableBad === true || (decision?.action === 'hold' && decision.reasons.includes('stable-bad'))
}

function objectiveFault({ from }: PlanDocument): string {
  return `v${from?.number} fails its own objective`
}

/** Holds that only a person, or what they were asked about, takes away. */
const STAYING: readonly HoldReason[] = ['person', 'approval', 'takeover', 'lowered']

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
  const kept = (reason: HoldReason) => holdsOf(run).some((entry) => entry.reason === reason)
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
  if (step === null || run.acknowledgedAt === null) return found
  const weight = plan.steps[step]
  if (weight > 0 && weight < FULL && (isLate(plan, run, now) || kept('dwell')) && decision?.action !== 'advance')
    found.push({ reason: 'dwell', detail: '' })
  // The preview of a blue/green is for a person to look at: the switch is theirs.
  if (weight === 0 && !run.promoteNow) found.push({ reason: 'approval', detail: '' })
  return found
}

function names(waves: readonly { readonly cluster: string }[]): string {
  return waves.map((wave) => wave.cluster).join(', ')
}

/** At most one step forward. null: nothing to do yet. */
function forward(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): Moved | null {
  const { wave, step } = run.place
  const view = viewOf(plan, sight, wave)
  if (step === null) {
    if (!view?.reachable || view.candidate.ready < plan.waves[wave].replicas) return null
    const first = run.promoteNow ? plan.steps.length - 1 : 0
    return toStep(plan, run, first, { cause: 'ready' }, now)
  }
  if (run.acknowledgedAt === null) return null
  const { decision } = sight
  const advance: Why | null = decision?.action === 'advance' ? { cause: decision.why } : null
  if (step < plan.steps.length - 1) return advance && toStep(plan, run, step + 1, advance, now)
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
  if (decision?.action === 'return' && !decision.noData) {
    const why: Why = { cause: 'evidence', blamed: decision.blamed, compared: decision.compared }
    return { next: { ...state, watch: 'failed' }, events: [{ kind: 'watch-failed', why }] }
  }
  if (isStableBad({ clusters: [], decision })) return { next: { ...state, watch: 'asks' }, events: [{ kind: 'watch-asks' }] }
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
