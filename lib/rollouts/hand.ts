import { FULL } from '@/lib/endpoints/wish'
import { weightAt } from './gate'
import type { LedgerEvent } from './ledger'
import type { Input, Refusal } from './machine'
import type { HoldReason, PlanDocument } from './schema'
import type { LiveRun, Who } from './state'
import { hadTraffic, hold, holdsOf, isHeld, type Moved, toStep, withHolds } from './transitions'

// What a person may do with a rollout that waits, beside pausing and returning: give it more time, more traffic, or none.

/** A new dwell at this step, and a new end for every hold that stays: a person looked. */
export function extend(plan: PlanDocument, run: LiveRun, input: { by: Who; reason: string }, now: number): Moved | Refusal {
  const holds = holdsOf(run)
  if (isHeld(run, 'takeover')) return { code: 'takeover' }
  const weight = weightAt(plan, run.place)
  const dwells = run.acknowledgedAt !== null && weight > 0 && weight < FULL
  if (!dwells && holds.length === 0) return { code: 'nothing-to-extend' }
  const rest = holds.filter(({ reason }) => reason !== 'dwell').map((entry) => ({ ...entry, end: now + plan.pace.holdMax * 1_000 }))
  const until = Math.max(...rest.map(({ end }) => end), dwells ? now + plan.pace.maxDwell * 1_000 : now)
  const removed: LedgerEvent[] = isHeld(run, 'dwell') ? [{ kind: 'hold-removed', reason: 'dwell', by: input.by }] : []
  const fresh: LiveRun = { ...run, dwellSince: run.dwellSince === null ? null : now, extendedUntil: null }
  return {
    next: withHolds(fresh, rest, now),
    events: [{ kind: 'extended', by: input.by, reason: input.reason, until }, ...removed],
  }
}

/** Reasons that more traffic may cure: too little of it. */
const CURED_BY_TRAFFIC: readonly HoldReason[] = ['dwell', 'no-data']

/**
 * To the plan's next step, though this one has proven nothing: like promote now, only for one step and never to 100 %, and refused where the policy asked
 * approval. It is no evidence: the next step is judged on its own slots, against its own limit. Refused where the step can decide by itself.
 */
export function raise(plan: PlanDocument, run: LiveRun, input: Input & { kind: 'raise' }, now: number): Moved | Refusal {
  if (plan.approvals > 0) return { code: 'needs-approval' }
  if (isHeld(run, 'takeover')) return { code: 'takeover' }
  const { step } = run.place
  if (step === null || run.acknowledgedAt === null || run.unreadySince !== null) return { code: 'not-ready' }
  const larger = plan.steps[step + 1]
  if (plan.steps[step] === 0 || larger === undefined || larger === FULL) return { code: 'no-larger-step' }
  const holds = holdsOf(run)
  if (holds.some(({ reason }) => !CURED_BY_TRAFFIC.includes(reason))) return { code: 'held-otherwise' }
  if (input.decides) return { code: 'step-decides' }
  const removed: LedgerEvent[] = holds.map(({ reason }) => ({ kind: 'hold-removed', reason, by: input.by }))
  const moved = toStep(plan, run, step + 1, { cause: 'person', by: input.by, reason: input.reason }, now)
  return { next: moved.next, events: [{ kind: 'raised', by: input.by, reason: input.reason }, ...removed, ...moved.events] }
}

/** The candidate back to 0 % on every cluster; it stays ready on the first one, for pinned requests. What was counted before does not count for what comes after. */
export function lower(plan: PlanDocument, run: LiveRun, input: { by: Who; reason: string }, now: number): Moved | Refusal {
  if (isHeld(run, 'takeover')) return { code: 'takeover' }
  if (isHeld(run, 'lowered')) return { next: run, events: [] }
  const entry = hold(plan, 'lowered', now, input.by, input.reason)
  const rest = holdsOf(run).filter(({ reason }) => reason !== 'dwell' && reason !== 'approval')
  const wave = Math.max(run.place.wave, run.loweredFrom?.wave ?? 0)
  const back: LiveRun = {
    ...run,
    place: { wave: 0, step: null },
    ...(hadTraffic(run) ? { loweredFrom: { ...run.place, wave } } : {}),
    acknowledgedAt: null,
    dwellSince: null,
    extendedUntil: null,
    unreadySince: null,
    promoteNow: false,
  }
  return {
    next: withHolds(back, [...rest, entry], now),
    events: [
      { kind: 'lowered', by: input.by, reason: input.reason, from: run.place },
      { kind: 'held', hold: entry },
    ],
  }
}
