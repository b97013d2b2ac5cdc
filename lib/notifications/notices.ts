import type { LedgerEvent, LedgerLine } from '@/lib/rollouts/ledger'
import type { HoldReason } from '@/lib/rollouts/schema'
import type { NoticeType } from './schema'

/** The kinds of ledger rows that a notice may be about; the index `ledger_told` names the same. */
export const TOLD_KINDS = [
  'launched',
  'starting',
  'held',
  'hold-removed',
  'hold-overdue',
  'returning',
  'ended',
  'watch-passed',
  'watch-asks',
  'watch-ended',
  'watch-failed',
] as const satisfies readonly LedgerEvent['kind'][]

/** One change of a rollout that a person is told of. `at`: ms since epoch. */
export interface Notice {
  readonly seq: number
  readonly at: number
  readonly type: NoticeType
  readonly event: LedgerEvent
}

/** What is known of a rollout before a line. */
interface Before {
  started: boolean
  holds: Set<string>
}

/**
 * What people are told of a rollout: at most one notice per turn (rows of one turn share their time), the weightiest, in order. `lines`: its ledger from the
 * beginning, of the told kinds. Pure: the same ledger gives the same notices, whoever asks and however late.
 */
export function noticesOf(lines: readonly LedgerLine[]): Notice[] {
  const before: Before = { started: false, holds: new Set() }
  const notices: Notice[] = []
  for (const line of lines) {
    const type = typeOf(line.event, before)
    if (!type) continue
    const notice = { seq: line.seq, at: line.at, type, event: line.event }
    const last = notices.at(-1)
    if (last?.at !== line.at) notices.push(notice)
    else if (WEIGHT[type] > WEIGHT[last.type]) notices[notices.length - 1] = notice
  }
  return notices
}

const LIGHT = 1
const ALTERS = 2
const ENDS = 3
const WEIGHT: Record<NoticeType, number> = {
  'rollout.resumed': LIGHT,
  'rollout.live': LIGHT,
  'rollout.awaiting_approval': ALTERS,
  'rollout.holding': ALTERS,
  'rollout.hold_overdue': ALTERS,
  'rollout.returning': ALTERS,
  'rollout.returned': ENDS,
  'rollout.aborted': ENDS,
  'rollout.failed': ENDS,
  'rollout.cancelled': ENDS,
  'rollout.promoted': ENDS,
  'rollout.watch_passed': ALTERS,
  'rollout.watch_failed': ALTERS,
  'rollout.watch_asks': ALTERS,
  'rollout.watch_ended': ALTERS,
}

/** What is no question any more once the candidate is back at 0 %; the ledger does not say it again. */
const ANSWERED: Partial<Record<HoldReason, readonly HoldReason[]>> = {
  lowered: ['dwell', 'approval', 'wave-failed'],
  'wave-failed': ['dwell', 'approval'],
}

function typeOf(event: LedgerEvent, before: Before): NoticeType | null {
  switch (event.kind) {
    case 'launched':
      return event.approvals > 0 ? 'rollout.awaiting_approval' : null
    case 'starting': {
      // Each later wave starts anew; the rollout is live since its first.
      const first = !before.started
      before.started = true
      return first ? 'rollout.live' : null
    }
    case 'held':
      before.holds.add(event.hold.reason)
      for (const answered of ANSWERED[event.hold.reason] ?? []) before.holds.delete(answered)
      return 'rollout.holding'
    case 'hold-removed':
      before.holds.delete(event.reason)
      return before.holds.size === 0 ? 'rollout.resumed' : null
    case 'hold-overdue':
      return 'rollout.hold_overdue'
    case 'returning':
      return 'rollout.returning'
    case 'ended':
      return `rollout.${event.phase}`
    case 'watch-passed':
      return 'rollout.watch_passed'
    case 'watch-asks':
      return 'rollout.watch_asks'
    case 'watch-ended':
      return 'rollout.watch_ended'
    case 'watch-failed':
      return 'rollout.watch_failed'
    default:
      return null
  }
}
