import { describe, expect, test } from 'vitest'
import { momentOf, type Pod, statusOf } from './fate'

const POD: Pod = {
  metadata: { name: 'p', namespace: 'n', uid: 'u', resourceVersion: '1' },
  spec: { containers: [{ name: 'main', image: 'i' }], initContainers: [{ name: 'fetch', image: 'i' }] },
}
const AT = { at: '2026-11-21T00:00:00Z', podIP: '10.244.0.1' }

describe('the fate of a pod', () => {
  test('that is slow comes ready exactly when its time is over', () => {
    const fate = { is: 'ready', afterMs: 500 } as const
    expect(momentOf(fate, 499)).toEqual({ state: 'starting', restarts: 0, untilMs: 500 })
    expect(momentOf(fate, 500)).toEqual({ state: 'ready', restarts: 0, untilMs: null })
  })

  test('that crashes is ready and in back-off by turns, one restart more each time', () => {
    const fate = { is: 'crashing', afterMs: 300, backOffMs: 700 } as const
    expect([0, 299, 300, 999, 1_000, 1_300, 2_000].map((ms) => momentOf(fate, ms))).toEqual([
      { state: 'ready', restarts: 0, untilMs: 300 },
      { state: 'ready', restarts: 0, untilMs: 300 },
      { state: 'backing-off', restarts: 0, untilMs: 1_000 },
      { state: 'backing-off', restarts: 0, untilMs: 1_000 },
      { state: 'ready', restarts: 1, untilMs: 1_300 },
      { state: 'backing-off', restarts: 1, untilMs: 2_000 },
      { state: 'ready', restarts: 2, untilMs: 2_300 },
    ])
  })

  test('that is anything but ready reports no container that is ready', () => {
    const others = [{ is: 'never-ready' }, { is: 'crashing' }, { is: 'no-image' }, { is: 'init-failing' }] as const
    for (const fate of others) {
      const status = statusOf(POD, momentOf(fate, 0), AT)
      expect(status.containerStatuses, fate.is).toMatchObject([{ ready: false }])
      expect(status.conditions, fate.is).toContainEqual({ type: 'Ready', status: 'False', lastTransitionTime: AT.at })
    }
    expect(statusOf(POD, momentOf({ is: 'ready' }, 0), AT).containerStatuses).toMatchObject([{ ready: true }])
  })
})
