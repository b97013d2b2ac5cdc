import { expect, test } from 'vitest'
import { healthOf } from './health'

const now = 1_000_000
const place = { cluster: 'cloud-1', seenAt: now - 1_000, ready: 2, wanted: 2 }

test('a cluster that is silent makes the endpoint unknown, however well it was', () => {
  expect(healthOf({ live: 1, places: [{ ...place, seenAt: now - 40_000 }], recent: { requests: 1_000, bad: 0 }, now })).toEqual({
    health: 'unknown',
    says: 'cloud-1 silent for 40 s',
  })
})

test('no ready replica harms users, and the cluster is named', () => {
  expect(healthOf({ live: 1, places: [place, { ...place, cluster: 'onprem-1', ready: 0 }], recent: null, now }).says).toContain('onprem-1')
})

test('a few bad requests among few are not called harm; the same share among many is', () => {
  expect(healthOf({ live: 1, places: [place], recent: { requests: 20, bad: 1 }, now }).health).toBe('ok')
  expect(healthOf({ live: 1, places: [place], recent: { requests: 20_000, bad: 1_000 }, now }).health).toBe('harmed')
})

test('nothing wanted is not ok', () => {
  expect(healthOf({ live: 1, places: [{ ...place, wanted: 0, ready: 0 }], recent: null, now }).health).toBe('unready')
})

test('no live version says what callers get', () => {
  expect(healthOf({ live: null, places: [], recent: null, now }).says).toContain('503')
})
