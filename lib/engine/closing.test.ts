import { expect, test } from 'vitest'
import { closableSlots } from './closing'

const T = 1_700_000_000_000
const base = { fromMs: T, gapEndMs: 0, clusters: ['a'] }
const alive = (watermarkMs: number, clusterId = 'a') => ({ clusterId, watermarkMs, final: false })
const slots = (closed: { slotMs: number; incomplete: ReadonlySet<string> }[]) =>
  closed.map(({ slotMs, incomplete }) => [(slotMs - T) / 5_000, [...incomplete].join()])

test('a slot closes when every living source has passed its end, and not before', () => {
  expect(closableSlots({ ...base, nowMs: T + 6_000, sources: [alive(T + 4_999)] })).toEqual([])
  expect(slots(closableSlots({ ...base, nowMs: T + 6_000, sources: [alive(T + 5_000)] }))).toEqual([[0, '']])
  expect(closableSlots({ ...base, nowMs: T + 6_000, sources: [alive(T + 5_000), alive(T + 3_000)] })).toEqual([])
})

test('slots close for all clusters at once', () => {
  const sources = [alive(T + 10_000), alive(T + 4_000, 'b')]
  expect(closableSlots({ ...base, clusters: ['a', 'b'], nowMs: T + 11_000, sources })).toEqual([])
  expect(slots(closableSlots({ ...base, clusters: ['a', 'b'], nowMs: T + 15_000, sources }))).toEqual([[0, 'b']])
})

test('10 s after its end a slot is closed as incomplete, in slot order', () => {
  expect(slots(closableSlots({ ...base, nowMs: T + 20_000, sources: [alive(T + 3_000)] }))).toEqual([
    [0, 'a'],
    [1, 'a'],
  ])
})

test('a gap of our own hearing moves the deadline, so that a restart of ours throws no evidence away', () => {
  const input = { ...base, nowMs: T + 30_000, sources: [alive(T + 3_000)] }
  expect(closableSlots({ ...input, gapEndMs: T + 29_000 })).toEqual([])
  expect(slots(closableSlots({ ...input, gapEndMs: T + 20_000 })).length).toBeGreaterThan(0)
})

test('no source at all is never complete, and a dead source does not hold slots after its time', () => {
  expect(closableSlots({ ...base, nowMs: T + 14_000, sources: [] })).toEqual([])
  expect(slots(closableSlots({ ...base, nowMs: T + 15_000, sources: [] }))).toEqual([[0, 'a']])
  const sources = [alive(T - 11_000), alive(T + 5_000)]
  expect(slots(closableSlots({ ...base, nowMs: T + 6_000, sources }))).toEqual([[0, '']])
})

test('a source that ended has reported its part', () => {
  const ended = { clusterId: 'a', watermarkMs: T + 5_000, final: true }
  expect(slots(closableSlots({ ...base, nowMs: T + 6_000, sources: [ended] }))).toEqual([[0, '']])
  expect(slots(closableSlots({ ...base, nowMs: T + 6_000, sources: [ended, alive(T + 5_100)] }))).toEqual([[0, '']])
})

test('a slot that has not ended is never closed', () => {
  expect(closableSlots({ ...base, nowMs: T + 4_999, sources: [alive(T + 60_000)] })).toEqual([])
})
