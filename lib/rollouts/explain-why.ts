import { capital, formatDuration } from '@/lib/format'
import { METRIC_WORDS } from './explain-verdict'
import { passesWithoutData } from './gate-terms'
import type { RefusalCode } from './machine'
import type { Gate, HoldReason } from './schema'
import type { Hold, Why } from './state'

/** "because ...": a reason as a clause without a full stop. */
export function whyClause(why: Why): string {
  switch (why.cause) {
    case 'evidence':
      return `${where(why)}${evidenceClause(why)}`
    case 'no-data':
      return `${where(why)}${METRIC_WORDS[why.blamed]} had no data for ${formatDuration(why.seconds)}, which this plan counts as a fail`
    case 'without-data':
      return 'the plan lets a gate pass without data, and it had none'
    case 'proven':
      return "every gate is proven within this step's limit"
    case 'dwelt':
      return 'no gate failed for the time the plan asks'
    case 'no-gates':
      return 'the plan has no gate to wait for, and the time it asks has passed'
    case 'acknowledged':
      return 'the cluster routes by it'
    case 'ready':
      return 'every replica is ready'
    case 'person':
      return `${why.by.name} decided so${why.reason ? `: ${why.reason}` : ''}`
    case 'unready':
      return `the candidate was not ready on ${why.cluster} for ${formatDuration(why.seconds)} while it had traffic`
    case 'never-ready':
      return `the candidate was not ready on ${why.cluster} within ${formatDuration(why.seconds)}`
    case 'hold-ended':
      return `nobody answered the hold (${HOLD_WORDS[why.reason]}) for ${formatDuration(why.seconds)}`
    case 'superseded':
      return `${why.by.name} began a return of this endpoint`
    case 'expired':
      return 'nobody approved it in time'
  }
}

function where({ cluster }: { readonly cluster?: string }): string {
  return cluster ? `on ${cluster} ` : ''
}

function evidenceClause({ blamed, compared }: Why & { cause: 'evidence' }): string {
  if (compared === 'before')
    return `${METRIC_WORDS[blamed]} broke the limit beside what was frozen before (compared with before, not side by side)`
  if (compared === 'absolute') return `the candidate breaks the ${METRIC_WORDS[blamed]}`
  return `${METRIC_WORDS[blamed]} proven worse than tolerated, side by side with stable`
}

/** What a hold waits for, as a clause. */
export const HOLD_WORDS: Record<HoldReason, string> = {
  person: 'a person paused it',
  approval: 'the preview waits to be looked at',
  dwell: 'the gates could not decide within the longest dwell',
  'no-data': 'there is no data to judge',
  invalid: 'the comparison cannot be judged',
  unreachable: 'a cluster cannot be reached',
  takeover: 'someone else changed the route',
  'stable-bad': 'it would return, but the version before is bad or not ready itself',
  lowered: 'the candidate stands at 0 %',
  'wave-failed': 'a cluster failed and went back alone',
}

/** What a person can do about it. */
const HOLD_ACTIONS: Record<HoldReason, string> = {
  person: 'Resume it, or return.',
  approval: 'Look at the preview, then switch all traffic to it, or return.',
  dwell: 'Resume for another dwell, or return.',
  'no-data': 'It goes on by itself when requests are counted again.',
  invalid: 'Check how requests are routed; it goes on by itself when the shares fit.',
  unreachable: 'It goes on by itself when the cluster answers.',
  takeover: 'Keep theirs, or restore ours.',
  'stable-bad': 'Return all the same, or keep the candidate at this share.',
  lowered: 'Pinned requests still reach it. Resume to begin again at the first step, or return.',
  'wave-failed': 'The clusters before it keep what they proved. Resume to begin there anew, or return all.',
}

/** Holds that a person made: who did what. */
const PEOPLES_WORDS: Partial<Record<HoldReason, string>> = { person: 'paused it', lowered: 'took the candidate back to 0 %' }

/** Holds as sentences: what, who or where, and once for all of them until when. */
export function holdSentences(holds: readonly Hold[], now: number): string {
  const end = Math.min(...holds.map((hold) => hold.end ?? Number.POSITIVE_INFINITY))
  const until = Number.isFinite(end) ? ` The hold ends in ${formatDuration((end - now) / 1_000)}.` : ''
  return `${holds.map((hold) => `${capital(holdClause(hold))}. ${HOLD_ACTIONS[hold.reason]}`).join(' ')}${until}`
}

/** One hold as a clause: what, who or where. */
export function holdClause(hold: Hold): string {
  const detail = hold.detail ? (hold.by ? `: ${hold.detail}` : ` (${hold.detail})`) : ''
  if (hold.why) return `only ${hold.detail} was sent back: ${whyClause(hold.why)}`
  const by = hold.by && PEOPLES_WORDS[hold.reason]
  return hold.by && by ? `${hold.by.name} ${by}${detail}` : `${HOLD_WORDS[hold.reason]}${detail}`
}

const REFUSALS: Record<RefusalCode, string> = {
  ended: 'This rollout has ended. Return the endpoint to an earlier version instead.',
  'not-awaiting-approval': 'This rollout does not wait for approval.',
  'awaiting-approval': 'This rollout waits for approval: nothing moves yet. Approve, reject or cancel it.',
  'other-live': 'Another rollout of this endpoint is live. Wait until it has ended.',
  'from-not-live': 'The live version has changed since this plan was made. Launch a new rollout.',
  'not-holding': 'There is nothing to resume: no pause, dwell, preview, stand at 0 % or failed cluster waits for a person.',
  'already-returning': 'Traffic is going back already.',
  'needs-approval':
    'This environment asks approval, and the yes was for the gates: promote now is not possible, and neither is raising the share unproven.',
  'not-ready': 'The candidate has no acknowledged traffic or is not ready: wait until the present step is acknowledged.',
  takeover: 'Someone else changed the route: keep theirs or restore ours first.',
  'no-takeover': 'Nobody else changed the route: there is nothing to keep or restore.',
  'nothing-to-extend': 'There is no time to extend here: nothing is held, and no dwell runs at this step.',
  'no-larger-step': 'The plan has no larger step before 100 %: wait for the gates, or promote now.',
  'held-otherwise': 'It is held for a reason that more traffic does not cure. Clear that first.',
  'step-decides': 'This step can decide at the present traffic: wait for its gates.',
  'candidate-fails': 'The candidate fails its gates: it is not promoted because stable is bad too.',
  'not-held': 'It is not held: copies of requests are sent only while a rollout waits. Pause it first.',
  'out-of-reach': 'A cluster cannot be reached: wait until it answers.',
  'nothing-to-copy': 'No other version has traffic beside the candidate here: there is nothing to copy.',
  'cannot-mirror': 'The cluster of the present wave cannot send copies of requests. Its page says why.',
  'mirrors-at-zero':
    'On Kubernetes copies go only to a version without requests of its own: its pods cannot tell them apart. Take it back to 0 % first.',
  'a-return-cannot': 'This is a return already. Launch a rollout, or return to another version.',
}

export function refusalSentence(code: RefusalCode): string {
  return REFUSALS[code]
}

/** Gates that pass without data, one sentence each: to be shown in red wherever the plan is read. */
export function unjudgedWords(gates: readonly Gate[]): string[] {
  return gates
    .filter(passesWithoutData)
    .map(({ metric }) => `Without data the ${METRIC_WORDS[metric]} gate passes: nothing is judged then.`)
}
