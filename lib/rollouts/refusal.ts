import type { RefusalCode } from './machine'

const TEXTS: Record<RefusalCode, string> = {
  ended: 'This rollout has ended.',
  'not-awaiting-approval': 'This rollout does not wait for approval.',
  'awaiting-approval': 'This rollout waits for approval: nothing moves before.',
  'other-live': 'Another rollout of this endpoint is live. Let it end, or return it, first.',
  'from-not-live': 'The version that this plan starts from is no longer live. Launch it again from the present one.',
  'not-holding': 'This rollout is not paused or held by anything that you could resume.',
  'already-returning': 'This rollout is going back already.',
  'needs-approval': 'The policy of this environment asks for approval, and approvals were given for the gates, not for going without them.',
  'not-ready': 'The new version has no acknowledged traffic yet, or is not ready. Try again when it is.',
  takeover: 'Another writer changed the route. First choose: keep theirs, or restore ours.',
  'no-takeover': 'No other writer has changed the route.',
  'a-return-cannot': 'A return goes straight to its version: launch another return to change where it goes.',
}

/** Why the machine refused, for a person. Pure. */
export function refusalText(code: RefusalCode): string {
  return TEXTS[code]
}
