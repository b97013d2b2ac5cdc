import type { ClusterView } from './machine'
import type { PlanDocument } from './schema'
import type { LiveRun, Why } from './state'
import { returnsAlone } from './steps'
import { holdsOf, isHeld } from './transitions'
import type { Decision } from './verdict'

/** A version that never gets ready in this time is given up; a candidate with traffic that is not ready for this long is a fail. */
export const NEVER_READY_MS = 600_000
export const UNREADY_MS = 30_000

export interface Sight {
  readonly clusters: readonly ClusterView[]
  readonly decision: Decision | null
  /** The waves on which stable fails its own objective. */
  readonly stableBad?: readonly number[]
}

/** What is wrong, and with which wave alone; `wave` null: with all. */
export interface Ending {
  readonly why: Why
  readonly wave: number | null
}

/**
 * Does only the present wave go back? A fail of an earlier one speaks against what stands already; before the first is done nothing could stay. While a takeover
 * waits for a person no cluster is wished anything (see `desired`), so that it would not go back at all.
 */
export function isAlone(plan: PlanDocument, run: LiveRun, { wave }: Ending): boolean {
  return returnsAlone(plan) && wave !== null && wave > 0 && wave === run.place.wave && !isHeld(run, 'takeover')
}

/** Where several are judged, each by itself, what all go back for was found on one of them. */
export function located(plan: PlanDocument, { why, wave }: Ending): Why {
  if (wave === null || !returnsAlone(plan) || (why.cause !== 'evidence' && why.cause !== 'no-data')) return why
  return { ...why, cluster: plan.waves[wave].cluster }
}

export function viewOf(plan: PlanDocument, sight: Sight, wave: number): ClusterView | undefined {
  return sight.clusters.find((view) => view.clusterId === plan.waves[wave].clusterId)
}

/** Each cluster has a clock of its own. One that cannot be reached says nothing about readiness: its clock neither starts nor is cleared. */
export function unreadyClocks(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): Readonly<Record<string, number>> {
  const clocks = sight.clusters.flatMap((cluster): [string, number][] => {
    const since = run.unready?.[cluster.clusterId]
    if (!cluster.reachable) return since === undefined ? [] : [[cluster.clusterId, since]]
    return lacksCandidate(plan, run, cluster) ? [[cluster.clusterId, since ?? now]] : []
  })
  return Object.fromEntries(clocks)
}

/** What ends the rollout by itself, if anything. */
export function endsBy(plan: PlanDocument, run: LiveRun, sight: Sight, now: number): Ending | null {
  const { decision } = sight
  const silentFor = run.acknowledgedAt === null ? 0 : Math.round((now - run.acknowledgedAt) / 1_000)
  if (decision?.action === 'return') {
    const { blamed, compared, noData, wave = null } = decision
    return { wave, why: noData ? { cause: 'no-data', blamed, seconds: silentFor } : { cause: 'evidence', blamed, compared } }
  }
  if (decision?.action === 'extend' && run.extendedUntil && now >= run.extendedUntil)
    return { wave: run.place.wave, why: { cause: 'no-data', blamed: decision.blamed, seconds: silentFor } }
  const since = ({ clusterId }: { readonly clusterId: string }) => run.unready?.[clusterId] ?? now
  const dead = plan.waves.findIndex((wave, i) => now - since(wave) >= UNREADY_MS && viewOf(plan, sight, i)?.reachable)
  if (dead >= 0) {
    const { cluster } = plan.waves[dead]
    return { wave: dead, why: { cause: 'unready', cluster, seconds: Math.round((now - since(plan.waves[dead])) / 1_000) } }
  }
  const holds = holdsOf(run)
  if (run.place.step === null && holds.length === 0 && now - run.startingSince >= NEVER_READY_MS) {
    const { cluster } = plan.waves[run.place.wave]
    return { wave: run.place.wave, why: { cause: 'never-ready', cluster, seconds: NEVER_READY_MS / 1_000 } }
  }
  const over = plan.pace.holdEnd === 'return' ? holds.find((entry) => entry.end !== null && now >= entry.end) : undefined
  return over ? { wave: null, why: { cause: 'hold-ended', reason: over.reason, seconds: Math.round((now - over.since) / 1_000) } } : null
}

/** Has the candidate traffic there that it cannot answer? Of a wave that was given up the traffic is on its way back already. */
function lacksCandidate(plan: PlanDocument, run: LiveRun, view: ClusterView): boolean {
  if (view.candidate.weight === 0 || view.candidate.ready > 0) return false
  return !(isHeld(run, 'wave-failed') && view.clusterId === plan.waves[run.place.wave].clusterId)
}

/**
 * One fault is not silently swapped for another: what is wrong with the version that traffic would return to, in words; null: nothing, or the candidate
 * answers nobody anyway.
 */
export function stableFault(plan: PlanDocument, run: LiveRun, sight: Sight, why: Why, alone: boolean): string | null {
  if (!plan.from) return null
  const answering = plan.waves.flatMap((wave, i) => {
    const view = viewOf(plan, sight, i)
    const goes = alone ? i === run.place.wave : i <= run.place.wave
    return goes && view?.reachable && view.candidate.weight > 0 && view.candidate.ready > 0 ? [{ i, wave, view }] : []
  })
  const down = answering.filter(({ view }) => view.stable.ready === 0).map(({ wave }) => wave)
  if (down.length > 0) return `v${plan.from.number} is not ready on ${names(down)}`
  if (answering.length === 0 || why.cause === 'unready') return null
  const { stableBad = [] } = sight
  // Judged all together, what is bad is bad everywhere.
  const bad = returnsAlone(plan) ? answering.some(({ i }) => stableBad.includes(i)) : isStableBad(sight)
  return bad ? objectiveFault(plan) : null
}

/** Does stable fail its own objective anywhere? */
function isStableBad({ decision, stableBad = [] }: Sight): boolean {
  return stableBad.length > 0 || saysStableBad(decision)
}

/** Is that what the decision waits for? */
export function saysStableBad(decision: Decision | null): boolean {
  return decision?.action === 'hold' && decision.reasons.includes('stable-bad')
}

export function objectiveFault({ from }: PlanDocument): string {
  return `v${from?.number} fails its own objective`
}

export function names(waves: readonly { readonly cluster: string }[]): string {
  return waves.map((wave) => wave.cluster).join(', ')
}
