import { describe, expect, it } from 'vitest'
import { type Advance, advance, type Input, type RefusalCode } from './machine'
import { at, by, decided, phaseOf, type STATES, seen, stateOf, twoWaves } from './machine.fixture'
import type { PlanDocument } from './schema'
import { planOf, T0 } from './simulation.fixture'

const person = { by, reason: 'because' }
const approve: Input = { kind: 'approve-complete', otherLive: false, fromIsLive: true }
const blueGreen = planOf({ strategy: 'blue-green', steps: [0, 10_000] })
const returning = planOf({ strategy: 'return', steps: [10_000], gates: [] })
const first = planOf({ strategy: 'initial', steps: [10_000], gates: [], from: null })
const gated = planOf({ strategy: 'initial', steps: [10_000], gates: [{ metric: 'objective', max: 0.05 }], from: null })
const asked = planOf({ approvals: 1 })
const ungated = planOf({ gates: [] })
const free = { action: 'advance', why: 'no-gates' } as const
const stays = planOf({ pace: { ...planOf().pace, holdEnd: 'stay' } })
const bad = decided({ action: 'return', blamed: 'errors', compared: 'side-by-side' })
const good = decided({ action: 'advance', why: 'proven' })
const dwelt = decided({ action: 'advance', why: 'dwelt' })
const blind = decided({ action: 'hold', reasons: ['no-data'] })
const wrong = decided({ action: 'hold', reasons: ['invalid'] })
const both = decided({ action: 'hold', reasons: ['stable-bad'] })
const astray = { weight: 500, ready: 1, misrouted: 'v2 got 40 % of 9,000 requests' }
const astrayDone = { weight: 10_000, ready: 1, misrouted: 'v2 got 40 % of 9,000 requests' }
const silent = decided({ action: 'return', blamed: 'errors', compared: 'side-by-side', noData: true })
const lacking = decided({ action: 'extend', blamed: 'errors' })
const raise: Input = { kind: 'raise', ...person, decides: false }
const sick: Input = { ...decided({ action: 'wait', waitingFor: 'evidence' }), stableBad: [0] }
const mirror: Input = { kind: 'mirror', ...person, share: null, able: true }
const unmirror: Input = { kind: 'unmirror', ...person }
const H4 = 4 * 3_600

type Row = [what: string, plan: PlanDocument, from: keyof typeof STATES, input: Input, seconds: number, then: string]

// Every phase and every way out of it. `then`: the phase, with place, hold reasons or cause; "-" stays as it is; "!" refused with this code.
const TABLE: Row[] = [
  ['an approval that is complete starts it', asked, 'awaiting', approve, 5, 'starting 0/-'],
  ['an approval does not start beside another live rollout', asked, 'awaiting', { ...approve, otherLive: true }, 5, '! other-live'],
  ['an approval does not start when the live version changed', asked, 'awaiting', { ...approve, fromIsLive: false }, 5, '! from-not-live'],
  ['an approval that comes too late cancels', asked, 'awaiting', approve, 7 * 86_400, 'cancelled expired'],
  ['a rejection cancels', asked, 'awaiting', { kind: 'reject', ...person }, 5, 'cancelled person'],
  ['withdrawing cancels', asked, 'awaiting', { kind: 'cancel', ...person }, 5, 'cancelled person'],
  ['nobody approves for a week: expired', asked, 'awaiting', seen(), 7 * 86_400, 'cancelled expired'],
  ['ready and proven, but not approved: nothing moves', asked, 'awaiting', seen({ ready: 1 }, good.decision), 5, '-'],
  ['pausing before approval is refused', asked, 'awaiting', { kind: 'pause', ...person }, 5, '! awaiting-approval'],
  ['promote now before approval is refused', asked, 'awaiting', { kind: 'promote-now', ...person }, 5, '! awaiting-approval'],
  ['not ready yet: no traffic', planOf(), 'starting', seen({ ready: 0 }), 5, '-'],
  ['every replica ready: the first step', planOf(), 'starting', seen({ ready: 1 }), 5, 'progressing 0/0'],
  ['never ready in 10 min: failed, no traffic moved', planOf(), 'starting', seen({ ready: 0 }), 600, 'failed never-ready'],
  ['never ready in a later wave: every wave returns', twoWaves, 'secondStarting', seen({ ready: 0 }), 600, 'returning never-ready'],
  ['a paused start moves no traffic', planOf(), 'startingPaused', seen({ ready: 1 }), 5, '-'],
  ['a resumed start waits for readiness anew', planOf(), 'startingPaused', { kind: 'resume', ...person }, 900, 'starting 0/-'],
  ['a person returns a start', planOf(), 'starting', { kind: 'return', ...person }, 5, 'returning person'],
  ['cancel after the start is a return', planOf(), 'starting', { kind: 'cancel', ...person }, 5, 'returning person'],
  ['promote now before any traffic is refused', planOf(), 'starting', { kind: 'promote-now', ...person }, 5, '! not-ready'],
  ['resume without a hold is refused', planOf(), 'progressing', { kind: 'resume', ...person }, 5, '! not-holding'],
  ['approving what is live is refused', planOf(), 'progressing', approve, 5, '! not-awaiting-approval'],
  ['a weight that is not acknowledged does not advance', planOf(), 'moving', seen({ weight: 0, ready: 1 }, good.decision), 5, '-'],
  ['an acknowledged weight starts the dwell', planOf(), 'moving', seen({ weight: 500, ready: 1 }), 5, 'progressing 0/0'],
  ['proven within the limit: the next step', planOf(), 'progressing', good, 60, 'progressing 0/1'],
  ['undecided: waits', planOf(), 'progressing', seen({ weight: 500, ready: 1 }), 60, '-'],
  ['a fail returns', planOf(), 'progressing', bad, 5, 'returning evidence'],
  ['not ready for 30 s with weight is a fail', planOf(), 'unready', seen({ weight: 500, ready: 0 }), 31, 'returning unready'],
  ['not ready for 29 s is not yet', planOf(), 'unready', seen({ weight: 500, ready: 0 }), 29, '-'],
  ['a longest dwell without a decision holds', planOf(), 'progressing', seen({ weight: 500, ready: 1 }), 601, 'holding dwell'],
  ['no data holds', planOf(), 'progressing', blind, 60, 'holding no-data'],
  ['an invalid comparison holds', planOf(), 'progressing', wrong, 60, 'holding invalid'],
  [
    'proven, but the requests counted contradict the weights: held',
    planOf(),
    'progressing',
    seen(astray, good.decision),
    60,
    'holding invalid',
  ],
  ['no gates, and the requests counted contradict the weights: held', ungated, 'progressing', seen(astray, free), 60, 'holding invalid'],
  ['no gates, and they do not: the next step', ungated, 'progressing', seen({ weight: 500, ready: 1 }, free), 60, 'progressing 0/1'],
  ['requests that contradict a finished wave hold the next one', twoWaves, 'secondStarting', seen(astrayDone), 60, 'holding invalid'],
  [
    'requests that contradict the weights do not keep a fail from returning',
    planOf(),
    'progressing',
    seen(astray, bad.decision),
    5,
    'returning evidence',
  ],
  ['a fail while stable fails too asks a person', planOf(), 'progressing', both, 60, 'holding stable-bad'],
  [
    'a fail while stable is not ready asks a person',
    planOf(),
    'progressing',
    seen({ weight: 500, ready: 1, stableReady: 0 }, bad.decision),
    5,
    'holding stable-bad',
  ],
  [
    'an unreachable cluster holds after 10 s',
    planOf(),
    'progressing',
    seen({ weight: 500, ready: 1, reachable: false, seenAt: T0 }),
    11,
    'holding unreachable',
  ],
  [
    'an unreachable cluster is not missed for 9 s',
    planOf(),
    'progressing',
    seen({ weight: 500, ready: 1, reachable: false, seenAt: T0 }),
    9,
    '-',
  ],
  ['another writer holds', planOf(), 'progressing', seen({ weight: 700, ready: 1, takeover: true }), 5, 'holding takeover'],
  ['a pause holds', planOf(), 'progressing', { kind: 'pause', ...person }, 5, 'holding person'],
  ['a person returns', planOf(), 'progressing', { kind: 'return', ...person }, 5, 'returning person'],
  ['promote now goes to 100 %', planOf(), 'progressing', { kind: 'promote-now', ...person }, 5, 'progressing 0/3'],
  ['promote now is refused where approval was asked', asked, 'progressing', { kind: 'promote-now', ...person }, 5, '! needs-approval'],
  ['promote now of an unready candidate is refused', planOf(), 'unready', { kind: 'promote-now', ...person }, 5, '! not-ready'],
  ['a return rollout ends the live one', planOf(), 'progressing', { kind: 'supersede', by }, 5, 'aborted superseded'],
  ['keep theirs without a takeover is refused', planOf(), 'progressing', { kind: 'takeover-keep', ...person }, 5, '! no-takeover'],
  ['100 % acknowledged in the last wave: promoted', planOf(), 'last', seen({ weight: 10_000, ready: 1 }), 5, 'promoted acknowledged'],
  ['100 % not acknowledged: not promoted', planOf(), 'last', seen({ weight: 5_000, ready: 1 }, good.decision), 5, '-'],
  ['100 % acknowledged in an earlier wave: the next one starts', twoWaves, 'last', seen({ weight: 10_000, ready: 1 }), 5, 'starting 1/-'],
  ['a fail in a finished earlier wave returns every wave', twoWaves, 'secondStarting', decided(bad.decision), 5, 'returning evidence'],
  ['a pause is only lifted by a person', planOf(), 'paused', good, 5, '-'],
  ['a fail returns a paused rollout', planOf(), 'paused', bad, 5, 'returning evidence'],
  ['pausing twice changes nothing', planOf(), 'paused', { kind: 'pause', ...person }, 5, '-'],
  ['resume goes on', planOf(), 'paused', { kind: 'resume', ...person }, 5, 'progressing 0/0'],
  ['a hold that ends returns', planOf(), 'paused', seen({ weight: 500, ready: 1 }), H4, 'returning hold-ended'],
  ['a hold that may stay stays', stays, 'paused', seen({ weight: 500, ready: 1 }), H4, 'holding person'],
  ['a person returns a held rollout', planOf(), 'paused', { kind: 'return', ...person }, 5, 'returning person'],
  ['resume after a dwell starts a new one', planOf(), 'dwelled', { kind: 'resume', ...person }, 700, 'progressing 0/0'],
  ['a dwell ends when the gates decide', planOf(), 'dwelled', good, 700, 'progressing 0/1'],
  ['no data ends when there is data', planOf(), 'noData', seen({ weight: 500, ready: 1 }), 100, 'progressing 0/0'],
  ['no data stays while nothing was judged', planOf(), 'noData', seen({ weight: 500, ready: 1 }, null), 100, '-'],
  ['no data is not resumed by a person', planOf(), 'noData', { kind: 'resume', ...person }, 100, '! not-holding'],
  ['one of two reasons gone: still held', planOf(), 'pausedNoData', seen({ weight: 500, ready: 1 }), 100, 'holding person'],
  ['unreachable ends when it answers', planOf(), 'unreachable', seen({ weight: 500, ready: 1 }), 100, 'progressing 0/0'],
  ['stable-bad returns once stable is ready again', planOf(), 'stableBad', bad, 100, 'returning evidence'],
  ['a takeover is not forgotten when it cannot be seen', planOf(), 'takeover', seen({ weight: 500, ready: 1 }), 100, '-'],
  ['a takeover cannot be resumed', planOf(), 'takeover', { kind: 'resume', ...person }, 100, '! takeover'],
  ['keep theirs ends the rollout', planOf(), 'takeover', { kind: 'takeover-keep', ...person }, 100, 'aborted person'],
  ['restore ours goes on', planOf(), 'takeover', { kind: 'takeover-restore', ...person }, 100, 'progressing 0/0'],
  ['a fail lowers the candidate under a takeover', planOf(), 'takeover', bad, 100, 'returning evidence'],
  ['promote now under a takeover is refused', planOf(), 'takeover', { kind: 'promote-now', ...person }, 100, '! takeover'],
  ['no data that counts as a fail returns', planOf(), 'progressing', silent, 60, 'returning no-data'],
  ['no data that extends only waits before the longest dwell', planOf(), 'progressing', lacking, 500, '-'],
  ['no data that extends lets the step last longer, not hold', planOf(), 'progressing', lacking, 601, 'progressing 0/0'],
  ['an extended step without data waits for its end', planOf(), 'extended', lacking, 1_199, '-'],
  ['an extended step without data returns at its end', planOf(), 'extended', lacking, 1_200, 'returning no-data'],
  ['an extended step with data goes on', planOf(), 'extended', good, 900, 'progressing 0/1'],
  ['an extended step that cannot decide holds at its end', planOf(), 'extended', decided(null), 1_200, 'holding dwell'],
  ['more time at a step begins a new dwell', planOf(), 'progressing', { kind: 'extend', ...person }, 500, 'progressing 0/0'],
  ['more time after a dwell goes on with a new one', planOf(), 'dwelled', { kind: 'extend', ...person }, 700, 'progressing 0/0'],
  ['more time keeps a hold that only data can end', planOf(), 'noData', { kind: 'extend', ...person }, 700, 'holding no-data'],
  ['more time while stable is bad keeps the share', planOf(), 'stableBad', { kind: 'extend', ...person }, 700, 'holding stable-bad'],
  ['more time before any traffic is refused', planOf(), 'starting', { kind: 'extend', ...person }, 5, '! nothing-to-extend'],
  ['more time under a takeover is refused', planOf(), 'takeover', { kind: 'extend', ...person }, 5, '! takeover'],
  ['a step that cannot decide may be raised to the next', planOf(), 'dwelled', raise, 700, 'progressing 0/1'],
  ['a step without data may be raised to the next', planOf(), 'noData', raise, 700, 'progressing 0/1'],
  ['a step that can decide is not raised', planOf(), 'dwelled', { ...raise, decides: true }, 700, '! step-decides'],
  ['raising is refused where approval was asked', asked, 'dwelled', raise, 700, '! needs-approval'],
  ['raising never leads to 100 %', planOf(), 'third', raise, 700, '! no-larger-step'],
  ['raising does not lift a pause', planOf(), 'paused', raise, 700, '! held-otherwise'],
  ['raising is refused while stable is bad', planOf(), 'stableBad', raise, 700, '! held-otherwise'],
  ['raising what is not acknowledged is refused', planOf(), 'moving', raise, 700, '! not-ready'],
  ['raising a preview is refused', blueGreen, 'previewHeld', raise, 700, '! no-larger-step'],
  ['back to 0 % holds there', planOf(), 'progressing', { kind: 'lower', ...person }, 5, 'holding lowered'],
  ['back to 0 % keeps a pause', planOf(), 'paused', { kind: 'lower', ...person }, 5, 'holding person+lowered'],
  ['back to 0 % of a start keeps it there', planOf(), 'starting', { kind: 'lower', ...person }, 5, 'holding lowered'],
  ['back to 0 % twice changes nothing', planOf(), 'lowered', { kind: 'lower', ...person }, 5, '-'],
  ['back to 0 % under a takeover is refused', planOf(), 'takeover', { kind: 'lower', ...person }, 5, '! takeover'],
  ['back to 0 % while going back is no error', planOf(), 'returning', { kind: 'lower', ...person }, 5, '-'],
  ['at 0 % it stays, however ready and proven', planOf(), 'lowered', seen({ ready: 1 }, good.decision), 5, '-'],
  ['resumed from 0 % it begins again at the first step', planOf(), 'lowered', { kind: 'resume', ...person }, 5, 'starting 0/-'],
  ['at 0 % a late fail still returns', planOf(), 'lowered', seen({ ready: 1 }, bad.decision), 5, 'returning evidence'],
  ['at 0 % promote now is refused', planOf(), 'lowered', { kind: 'promote-now', ...person }, 5, '! not-ready'],
  ['resumed from 0 % and never ready, it returns: traffic had moved', planOf(), 'again', seen({ ready: 0 }), 600, 'returning never-ready'],
  [
    'promote now of a candidate that fails is refused, though stable is bad',
    planOf(),
    'stableBad',
    { kind: 'promote-now', ...person },
    5,
    '! candidate-fails',
  ],
  ['a hold that ends asks when stable fails its own objective', planOf(), 'paused', sick, H4, 'holding person+stable-bad'],
  ['stable-bad never returns by itself', planOf(), 'stableBad', decided(both.decision), H4, 'holding stable-bad'],
  [
    'an unready candidate returns also to a bad stable: it answers nobody',
    planOf(),
    'unready',
    { ...seen({ weight: 500, ready: 0 }), stableBad: [0] },
    31,
    'returning unready',
  ],
  [
    'at 0 % there is no traffic to ask about',
    planOf(),
    'lowered',
    { ...seen({ ready: 1 }, bad.decision), stableBad: [0] },
    5,
    'returning evidence',
  ],
  [
    'a later wave that never gets ready asks when stable of an earlier one is not ready',
    twoWaves,
    'secondStarting',
    seen({ weight: 10_000, ready: 1, stableReady: 0 }),
    600,
    'holding stable-bad',
  ],
  ['copies are for a rollout that waits', planOf(), 'progressing', mirror, 5, '! not-held'],
  ['copies while paused keep the pause', planOf(), 'paused', mirror, 5, 'holding person'],
  ['copies at 0 % keep it there', planOf(), 'lowered', mirror, 5, 'holding lowered'],
  ['copies of a preview keep it waiting', blueGreen, 'previewHeld', mirror, 5, 'holding approval'],
  ['copies while stable is bad change nothing of that', planOf(), 'stableBad', mirror, 5, 'holding stable-bad'],
  ['the same share again changes nothing', planOf(), 'mirrored', mirror, 5, '-'],
  ['copies under a takeover are refused', planOf(), 'takeover', mirror, 5, '! takeover'],
  ['copies where a cluster cannot be reached are refused', planOf(), 'unreachable', mirror, 5, '! out-of-reach'],
  ['copies where a cluster cannot send them are refused', planOf(), 'paused', { ...mirror, able: 'cannot-mirror' }, 5, '! cannot-mirror'],
  [
    'copies where a version gets them only without weight are refused beside it',
    planOf(),
    'paused',
    { ...mirror, able: 'mirrors-at-zero' },
    5,
    '! mirrors-at-zero',
  ],
  ['copies of a first version are refused: nobody else answers', first, 'paused', mirror, 5, '! nothing-to-copy'],
  ['copies before approval are refused', asked, 'awaiting', mirror, 5, '! awaiting-approval'],
  ['a return takes no copies', returning, 'returnMoving', mirror, 5, '! a-return-cannot'],
  ['ending copies keeps the hold', planOf(), 'mirrored', unmirror, 5, 'holding person'],
  ['ending copies where there are none is no error', planOf(), 'progressing', unmirror, 5, '-'],
  ['ending copies while going back is no error', planOf(), 'returning', unmirror, 5, '-'],
  ['a fail returns also while copies are sent', planOf(), 'mirrored', bad, 5, 'returning evidence'],
  ['the preview waits for a person', blueGreen, 'preview', seen({ weight: 0, ready: 1 }), 5, 'holding approval'],
  ['resume after the preview switches', blueGreen, 'previewHeld', { kind: 'resume', ...person }, 5, 'progressing 0/1'],
  ['after the switch it stays for minDwell', blueGreen, 'switched', seen({ weight: 10_000, ready: 1 }), 60, '-'],
  [
    'after minDwell without a fail: promoted',
    blueGreen,
    'switched',
    seen({ weight: 10_000, ready: 1 }, dwelt.decision),
    400,
    'promoted dwelt',
  ],
  ['a fail after the switch returns', blueGreen, 'switched', seen({ weight: 10_000, ready: 1 }, bad.decision), 60, 'returning evidence'],
  ['a first version without gates is promoted at 100 %', first, 'initial', seen({ weight: 10_000, ready: 1 }), 5, 'promoted acknowledged'],
  ['a first version with gates waits for them', gated, 'initial', seen({ weight: 10_000, ready: 1 }), 5, 'progressing 0/0'],
  ['going back waits for the acknowledgement', planOf(), 'returning', seen({ weight: 500, ready: 1 }), 5, '-'],
  ['going back waits for a cluster that cannot be reached', planOf(), 'returning', seen({ weight: 0, reachable: false }), 500, '-'],
  ['0 % acknowledged: returned', planOf(), 'returning', seen({ weight: 0, ready: 1 }), 5, 'returned evidence'],
  ['0 % acknowledged after a person: aborted', planOf(), 'stopping', seen({ weight: 0, ready: 1 }), 5, 'aborted person'],
  ['good news does not stop a return', planOf(), 'returning', seen({ weight: 500, ready: 1 }, good.decision), 5, '-'],
  ['resume while going back is refused', planOf(), 'returning', { kind: 'resume', ...person }, 5, '! already-returning'],
  ['returning twice changes nothing', planOf(), 'returning', { kind: 'return', ...person }, 5, '-'],
  ['a fail in watch asks for a return', planOf(), 'watched', seen({ weight: 10_000, ready: 1 }, bad.decision), 60, 'promoted failed'],
  ['the watch passes', planOf(), 'watched', seen({ weight: 10_000, ready: 1 }), 86_400, 'promoted passed'],
  ['no data in the watch proves nothing', planOf(), 'watched', { ...silent, decision: silent.decision }, 60, '-'],
  ['a fail in watch asks when the version before is bad itself', planOf(), 'watched', both, 60, 'promoted asks'],
  ['the next rollout ends the watch', planOf(), 'watched', { kind: 'supersede', by }, 60, 'promoted ended'],
  ['a promoted rollout takes no command', planOf(), 'watched', { kind: 'return', ...person }, 5, '! ended'],
  ['a return without capacity moves nothing', returning, 'starting', seen({ ready: 0 }), 5, '-'],
  ['a return moves as capacity is ready', returning, 'starting', seen({ ready: 1 }), 5, 'progressing 0/0'],
  ['a return that never gets ready fails', returning, 'starting', seen({ ready: 0 }), 600, 'failed never-ready'],
  ['a return at 100 % everywhere is done', returning, 'returnMoving', seen({ weight: 10_000, ready: 1 }), 5, 'promoted acknowledged'],
  ['a return waits for a cluster that cannot be reached', returning, 'returnMoving', seen({ weight: 0, reachable: false }), 900, '-'],
  ['a return takes no pause', returning, 'returnMoving', { kind: 'pause', ...person }, 5, '! a-return-cannot'],
  ['a return is superseded by another', returning, 'returnMoving', { kind: 'supersede', by }, 5, 'aborted superseded'],
  ...(['returned', 'aborted', 'failed', 'cancelled'] as const).flatMap((phase): Row[] => [
    [`${phase} stays, whatever is seen`, planOf(), phase, seen({ weight: 500, ready: 1 }, bad.decision), 99, '-'],
    [`${phase} takes no command`, planOf(), phase, { kind: 'resume', ...person }, 99, '! ended'],
  ]),
]

describe('the machine', () => {
  it.each(TABLE)('%s', (_, plan, from, input, seconds, then) => {
    const before = structuredClone(stateOf(from))
    const result: Advance = advance(plan, before, at(input, seconds), T0 + seconds * 1_000)
    expect(before).toEqual(stateOf(from))
    if (then.startsWith('!')) {
      expect(result).toEqual({ ok: false, refusal: { code: then.slice(2) as RefusalCode } })
      return
    }
    if (!result.ok) throw new Error(`refused: ${result.refusal.code}`)
    if (then === '-') {
      expect(phaseOf(result.next)).toBe(phaseOf(stateOf(from)))
      expect(result.events).toEqual([])
    } else {
      expect(phaseOf(result.next)).toBe(then)
    }
  })
})
