import { expect, test } from 'vitest'
import { rolloutOptions } from './client'
import type { RolloutView } from './view-schema'

const counted = { generation: 3, wishedAt: '', writtenAt: '', countedAt: '2026-11-21T12:00:00Z' }

/** How often the page asks of a rollout that shows this; false: no more. */
function asks(view: Pick<RolloutView, 'phase' | 'watchUntil' | 'ticks'>): unknown {
  const { refetchInterval } = rolloutOptions('1')
  return typeof refetchInterval === 'function' ? refetchInterval({ state: { data: view } } as never) : refetchInterval
}

test.each(['awaiting-approval', 'starting', 'progressing', 'holding', 'returning'] as const)(
  'a rollout that is %s is asked for',
  (phase) => {
    expect(asks({ phase, watchUntil: null, ticks: counted })).toBe(5_000)
  },
)

test.each(['promoted', 'returned', 'aborted', 'failed', 'cancelled'] as const)('one that is %s is asked for no more', (phase) => {
  for (const ticks of [null, counted]) expect(asks({ phase, watchUntil: null, ticks })).toBe(false)
})

test('one that is promoted is asked for while it is watched, and any until its last change is counted', () => {
  expect(asks({ phase: 'promoted', watchUntil: '2026-11-22T12:00:00Z', ticks: null })).toBe(5_000)
  expect(asks({ phase: 'returned', watchUntil: null, ticks: { ...counted, countedAt: null } })).toBe(5_000)
})
