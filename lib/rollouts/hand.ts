import { FULL } from '@/lib/endpoints/wish'
import { weightAt } from './gate'
import type { LedgerEvent } from './ledger'
import type { Input, Refusal } from './machine'
import type { HoldReason, PlanDocument } from './schema'
import type { LiveRun, Place, Who } from './state'
import { stepsAt } from './steps'
import { hold, holdsOf, isHeld, isUnready, type Moved, takenBack, toStep, withHolds } from './transitions'

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
  const { wave, step } = run.place
  if (step === null || run.acknowledgedAt === null || isUnready(run)) return { code: 'not-ready' }
  const steps = stepsAt(plan, wave)
  const larger = steps[step + 1]
  if (steps[step] === 0 || larger === undefined || larger === FULL) return { code: 'no-larger-step' }
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
  const rest = holdsOf(run).filter(({ reason }) => reason !== 'dwell' && reason !== 'approval' && reason !== 'wave-failed')
  const back: LiveRun = { ...takenBack(run), place: { wave: 0, step: null } }
  return {
    next: withHolds(back, [...rest, entry], now),
    events: [
      { kind: 'lowered', by: input.by, reason: input.reason, from: run.place },
      { kind: 'held', hold: entry },
    ],
  }
}

/** Where the plan says nothing of a next share that is not all. */
const USUAL_SHARE = 1_000

/** The share of live requests that is copied where nobody says another: as much as the next step would bring. Basis points. */
export function usualShare(plan: PlanDocument, { wave, step }: Place): number {
  const steps = stepsAt(plan, wave)
  const next = step === null ? steps.find((weight) => weight > 0) : steps[step + 1]
  return next === undefined || next === FULL ? USUAL_SHARE : next
}

/** Copies of live requests to the candidate, too, while it is held. No evidence and nobody's answer: the place, the holds and what is judged stay as they are. */
export function mirror(plan: PlanDocument, run: LiveRun, input: Input & { kind: 'mirror' }): Moved | Refusal {
  if (run.phase !== 'holding') return { code: 'not-held' }
  if (isHeld(run, 'takeover')) return { code: 'takeover' }
  if (isHeld(run, 'unreachable')) return { code: 'out-of-reach' }
  if (!plan.from || !plan.to || weightAt(plan, run.place) === FULL) return { code: 'nothing-to-copy' }
  if (input.able !== true) return { code: input.able }
  const share = input.share ?? usualShare(plan, run.place)
  if (run.mirror === share) return { next: run, events: [] }
  return { next: { ...run, mirror: share }, events: [{ kind: 'mirrored', by: input.by, reason: input.reason, share }] }
}

/** No more copies. Never refused: without a mirror there is nothing to end. */
export function unmirror(run: LiveRun, input: { by: Who; reason: string }): Moved {
  if (run.phase !== 'holding' || run.mirror === undefined) return { next: run, events: [] }
  const { mirror: _mirror, ...next } = run
  return { next, events: [{ kind: 'mirrored', by: input.by, reason: input.reason, share: 0 }] }
}
