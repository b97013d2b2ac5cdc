import { describe, expect, test } from 'vitest'
import { healthOf } from './health'

const now = 1_000_000
const place = { cluster: 'cloud-1', seenAt: now - 1_000, ready: 2, wanted: 2 }

test('a cluster that is silent makes the endpoint unknown, however well it was', () => {
  expect(
    healthOf({
      live: 1,
      places: [{ ...place, seenAt: now - 40_000 }],
      recent: { requests: 1_000, bad: 0, unreadable: null },
      unreadable: null,
      misrouted: null,
      now,
    }),
  ).toEqual({
    health: 'unknown',
    says: 'cloud-1 silent for 40 s',
  })
})

test('no ready replica harms users, and the cluster is named', () => {
  expect(
    healthOf({
      live: 1,
      places: [place, { ...place, cluster: 'onprem-1', ready: 0 }],
      recent: null,
      unreadable: null,
      misrouted: null,
      now,
    }).says,
  ).toContain('onprem-1')
})

test('a few bad requests among few are not called harm; the same share among many is', () => {
  expect(
    healthOf({ live: 1, places: [place], recent: { requests: 20, bad: 1, unreadable: null }, unreadable: null, misrouted: null, now })
      .health,
  ).toBe('ok')
  expect(
    healthOf({
      live: 1,
      places: [place],
      recent: { requests: 20_000, bad: 1_000, unreadable: null },
      unreadable: null,
      misrouted: null,
      now,
    }).health,
  ).toBe('harmed')
})

test('nothing wanted is not ok', () => {
  expect(
    healthOf({ live: 1, places: [{ ...place, wanted: 0, ready: 0 }], recent: null, unreadable: null, misrouted: null, now }).health,
  ).toBe('unready')
})

test('no live version says what callers get', () => {
  expect(healthOf({ live: null, places: [], recent: null, unreadable: null, misrouted: null, now }).says).toContain('503')
})

describe('what cannot be read', () => {
  const latencies = 'the latencies of the last 5 min cannot be read: a latency sketch starts with format 1, not 9'
  const wish = 'the wish on onprem-1 cannot be read'
  const parts = { live: 1, recent: { requests: 8, bad: 0, unreadable: latencies }, unreadable: null, misrouted: null, now }
  const some = { ...place, ready: 1, wanted: 3 }
  const silent = { ...place, seenAt: now - 40_000 }
  const unwished = { ...place, cluster: 'onprem-1', seenAt: null, ready: 0, wanted: 0 }

  test('never hides replicas that are missing: both are said', () => {
    expect(healthOf({ ...parts, places: [some] })).toEqual({ health: 'unready', says: `1 of 3 replicas ready; ${latencies}` })
    const seen = { ...unwished, seenAt: now }
    expect(healthOf({ ...parts, places: [some, seen], unreadable: wish })).toEqual({
      health: 'unready',
      says: `1 of 3 replicas ready; ${wish}`,
    })
  })

  test('of latencies never hides a cluster that is silent: both are said', () => {
    expect(healthOf({ ...parts, places: [silent] })).toEqual({ health: 'unknown', says: `cloud-1 silent for 40 s; ${latencies}` })
  })

  test('makes an endpoint unknown whose replicas are all ready, or are not known', () => {
    expect(healthOf({ ...parts, places: [place] })).toEqual({ health: 'unknown', says: latencies })
    expect(healthOf({ ...parts, places: [place, unwished], unreadable: wish })).toEqual({ health: 'unknown', says: wish })
  })
})
