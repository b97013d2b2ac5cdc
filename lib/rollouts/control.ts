import { extend, lower, mirror, raise, unmirror } from './hand'
import type { LedgerEvent } from './ledger'
import type { Input, Refusal } from './machine'
import type { HoldReason, PlanDocument } from './schema'
import type { LiveRun, Who } from './state'
import { lastStep } from './steps'
import { hold, holdsOf, isHeld, isUnready, type Moved, toEnded, toReturning, toStep, withHolds } from './transitions'

/** A person's hand on a live rollout that is not going back yet. */
export function steer(plan: PlanDocument, run: LiveRun, input: Input, now: number): Moved | Refusal {
  switch (input.kind) {
    case 'pause':
      return pause(plan, run, input, now)
    case 'resume':
      return resume(plan, run, input.by, now)
    case 'promote-now':
      return promoteNow(plan, run, input, now)
    case 'extend':
      return extend(plan, run, input, now)
    case 'raise':
      return raise(plan, run, input, now)
    case 'lower':
      return lower(plan, run, input, now)
    case 'mirror':
      return mirror(plan, run, input)
    case 'unmirror':
      return unmirror(run, input)
    case 'return':
    case 'cancel':
      return toReturning(plan, run, 'aborted', { cause: 'person', by: input.by, reason: input.reason }, now)
    case 'takeover-keep':
    case 'takeover-restore':
      return takeover(run, input, now)
    case 'supersede':
      return toEnded('aborted', { cause: 'superseded', by: input.by }, now)
    default:
      return { code: 'not-awaiting-approval' }
  }
}

/** A rollout of strategy return can only be taken over, superseded by another, or cancelled before anything moved. */
export function returnStrategy(_plan: PlanDocument, run: LiveRun, input: Input, now: number): Moved | Refusal {
  switch (input.kind) {
    case 'takeover-keep':
    case 'takeover-restore':
      return takeover(run, input, now)
    case 'supersede':
      return toEnded('aborted', { cause: 'superseded', by: input.by }, now)
    case 'cancel':
      if (run.place.step === null) return toEnded('aborted', { cause: 'person', by: input.by, reason: input.reason }, now)
      return { code: 'a-return-cannot' }
    case 'approve-complete':
    case 'reject':
      return { code: 'not-awaiting-approval' }
    default:
      return { code: 'a-return-cannot' }
  }
}

function pause(plan: PlanDocument, run: LiveRun, input: { by: Who; reason: string }, now: number): Moved {
  if (holdsOf(run).some((entry) => entry.reason === 'person')) return { next: run, events: [] }
  const entry = hold(plan, 'person', now, input.by, input.reason)
  return { next: withHolds(run, [...holdsOf(run), entry], now), events: [{ kind: 'held', hold: entry }] }
}

export const PEOPLES: readonly HoldReason[] = ['person', 'dwell', 'approval', 'lowered', 'wave-failed']

/**
 * Takes away what a person may: their own pause, a dwell (a new one begins), the preview's question (the switch follows), the candidate's standing at 0 %
 * (it begins again at the first step), a wave that failed (it begins anew). Other reasons stay.
 */
function resume(plan: PlanDocument, run: LiveRun, by: Who, now: number): Moved | Refusal {
  const holds = holdsOf(run)
  const taken = holds.filter((entry) => PEOPLES.includes(entry.reason))
  if (run.phase !== 'holding') return { code: 'not-holding' }
  if (taken.length === 0) return { code: holds.some((entry) => entry.reason === 'takeover') ? 'takeover' : 'not-holding' }
  const events: LedgerEvent[] = taken.map((entry) => ({ kind: 'hold-removed', reason: entry.reason, by }))
  const rest = holds.filter((entry) => !PEOPLES.includes(entry.reason))
  const { step } = run.place
  const fresh: LiveRun = {
    ...run,
    dwellSince: run.dwellSince === null ? null : now,
    extendedUntil: null,
    acknowledgedAt: step === null ? null : run.acknowledgedAt,
    startingSince: step === null ? now : run.startingSince,
  }
  if (step !== null && taken.some((entry) => entry.reason === 'approval')) {
    const moved = toStep(plan, fresh, step + 1, { cause: 'person', by, reason: '' }, now)
    const next = moved.next.phase === 'progressing' ? withHolds(moved.next, rest, now) : moved.next
    return { next, events: [...events, ...moved.events] }
  }
  return { next: withHolds(fresh, rest, now), events }
}

/** Straight to 100 % of this wave, and of the later ones. Refused where the policy asked approval: the yes was for gates, not for none. A fail still returns. */
function promoteNow(plan: PlanDocument, run: LiveRun, input: { by: Who; reason: string }, now: number): Moved | Refusal {
  if (plan.approvals > 0) return { code: 'needs-approval' }
  if (isHeld(run, 'takeover')) return { code: 'takeover' }
  // It is held because it fails: that stable is no better makes it no better.
  if (isHeld(run, 'stable-bad')) return { code: 'candidate-fails' }
  // A candidate that is not ready or has no traffic to look back on must not get all of it.
  if (run.place.step === null || run.acknowledgedAt === null || isUnready(run)) return { code: 'not-ready' }
  const event: LedgerEvent = { kind: 'promote-now', by: input.by, reason: input.reason }
  const removed: LedgerEvent[] = holdsOf(run).map((entry) => ({ kind: 'hold-removed', reason: entry.reason, by: input.by }))
  const chosen: LiveRun = { ...run, promoteNow: true }
  const last = lastStep(plan, run.place.wave)
  if (run.place.step === last) return { next: withHolds(chosen, [], now), events: [event, ...removed] }
  const moved = toStep(plan, chosen, last, { cause: 'person', by: input.by, reason: input.reason }, now)
  return { next: moved.next, events: [event, ...removed, ...moved.events] }
}

/** Keep theirs: the rollout ends and the route stays. Restore ours: the engine writes again, and does not mistake what it is about to replace for a new change. */
function takeover(run: LiveRun, input: Input & { kind: 'takeover-keep' | 'takeover-restore' }, now: number): Moved | Refusal {
  const holds = holdsOf(run)
  if (!holds.some((entry) => entry.reason === 'takeover')) return { code: 'no-takeover' }
  if (input.kind === 'takeover-keep') return toEnded('aborted', { cause: 'person', by: input.by, reason: input.reason }, now, true)
  const rest = holds.filter((entry) => entry.reason !== 'takeover')
  return {
    next: withHolds({ ...run, restoring: true }, rest, now),
    events: [{ kind: 'hold-removed', reason: 'takeover', by: input.by }],
  }
}
