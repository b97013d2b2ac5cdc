import { describe, expect, test } from 'vitest'
import type { LedgerEvent, LedgerLine } from '@/lib/rollouts/ledger'
import type { HoldReason } from '@/lib/rollouts/schema'
import { noticesOf } from './notices'

const by = { id: 'a', name: 'Ada' }
const starting = (wave: number): LedgerEvent => ({ kind: 'starting', wave, cluster: 'c', replicas: 1 })
const launched = (approvals: number): LedgerEvent => ({ kind: 'launched', by, planHash: '', approvals })
const held = (reason: HoldReason): LedgerEvent => ({
  kind: 'held',
  hold: { reason, since: 0, end: null, owner: 'sre', by: null, detail: '' },
})
const removed = (reason: HoldReason): LedgerEvent => ({ kind: 'hold-removed', reason, by: null })
const ended = (phase: 'promoted' | 'returned' | 'aborted' | 'failed' | 'cancelled'): LedgerEvent => ({
  kind: 'ended',
  phase,
  why: { cause: 'proven' },
})

/** A ledger: each list is one turn, a second after the one before. */
function ledger(...turns: LedgerEvent[][]): LedgerLine[] {
  const lines = turns.flatMap((events, turn) => events.map((event) => ({ at: turn * 1_000, event })))
  return lines.map((line, i) => ({ seq: i + 1, ...line }))
}

const told = (...turns: LedgerEvent[][]) => noticesOf(ledger(...turns)).map(({ seq, type }) => `${seq} ${type}`)

describe('what people are told', () => {
  test('a launch that needs no approval is told as live, once, however many waves start', () => {
    expect(told([launched(0), starting(0)], [starting(1)], [starting(2)], [ended('promoted')])).toEqual([
      '2 rollout.live',
      '5 rollout.promoted',
    ])
  })

  test('a launch that needs approval is told when it waits, and again when it is live', () => {
    expect(told([launched(2)], [starting(0)])).toEqual(['1 rollout.awaiting_approval', '2 rollout.live'])
  })

  test('several reasons to hold that come in one turn are one notice; one that comes later is another', () => {
    expect(told([held('no-data'), held('unreachable')], [held('person')])).toEqual(['1 rollout.holding', '3 rollout.holding'])
  })

  test('it goes on when the last reason is gone, not before', () => {
    expect(told([held('no-data'), held('person')], [removed('person')], [removed('no-data')])).toEqual([
      '1 rollout.holding',
      '4 rollout.resumed',
    ])
  })

  test.each(['lowered', 'wave-failed'] as const)(
    'back at 0 % (%s) its dwell is no question any more: resuming from there goes on',
    (reason) => {
      expect(told([held('dwell')], [held(reason)], [removed(reason)])).toEqual([
        '1 rollout.holding',
        '2 rollout.holding',
        '3 rollout.resumed',
      ])
    },
  )

  test('a turn that takes a hold away and sets another is a hold', () => {
    expect(told([held('no-data')], [removed('no-data'), held('unreachable')])).toEqual(['1 rollout.holding', '3 rollout.holding'])
  })

  test.each(['promoted', 'returned', 'aborted', 'failed', 'cancelled'] as const)('the end "%s" outweighs all else of its turn', (phase) => {
    expect(told([removed('person'), held('takeover'), ended(phase)])).toEqual([`3 rollout.${phase}`])
  })

  test('every word of the watch is told', () => {
    const why = { cause: 'proven' } as const
    expect(
      told([{ kind: 'watch-asks' }], [{ kind: 'watch-failed', why }], [{ kind: 'watch-passed' }], [{ kind: 'watch-ended', by }]),
    ).toEqual(['1 rollout.watch_asks', '2 rollout.watch_failed', '3 rollout.watch_passed', '4 rollout.watch_ended'])
  })

  test('a longer ledger begins with the notices of a shorter one: what was told stays told under its number', () => {
    const all = ledger(
      [launched(1)],
      [starting(0)],
      [held('dwell')],
      [removed('dwell')],
      [held('no-data'), held('person')],
      [ended('aborted')],
    )
    const whole = noticesOf(all)
    const turns = [...new Set(all.map(({ at }) => at))]
    for (const end of turns)
      expect(whole.slice(0, noticesOf(all.filter(({ at }) => at <= end)).length)).toEqual(noticesOf(all.filter(({ at }) => at <= end)))
  })
})
