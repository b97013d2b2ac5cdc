import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { close, logEOf, windowOf } from './definition.fixture'
import { evidenceGt, evidenceLt } from './evidence'
import { mergeProcesses } from './merge'
import { addTrials, addWindow, createProcess, type EvidenceWindow, restart } from './process'
import { tilt } from './tilt'

const windows = (most: number) => fc.array(windowOf(most), { maxLength: 8 })
const psi = fc.oneof(fc.constantFrom(0.01, 0.0625, 1, 1.2, 2, 63.9, 64, 100), fc.double({ min: 0.05, max: 80, noNaN: true }))
const run = (list: readonly EvidenceWindow[], psi0: number, exact: boolean, phi = 1) =>
  list.reduce((process, window) => addWindow(process, window), createProcess({ psiNulls: [psi0], exact, phi }))

test('both sides agree with the definition for any windows, null, dispersion and form', () => {
  fc.assert(
    fc.property(windows(60), psi, fc.boolean(), fc.constantFrom(1, 1.7, 7), (list, psi0, exact, phi) => {
      const process = run(list, psi0, exact, phi)
      expect(close(evidenceGt(process, psi0), logEOf(list, psi0, 'gt', { exact, phi }))).toBe(true)
      expect(close(evidenceLt(process, psi0), logEOf(list, psi0, 'lt', { exact, phi }))).toBe(true)
    }),
    { numRuns: 150 },
  )
})

test('the exact form falls back to the tilt above 4096 outcomes', () => {
  const window = { xC: 2600, nC: 10_000, xS: 2400, nS: 10_000 }
  expect(evidenceGt(run([window], 1, true), 1)).toBe(evidenceGt(run([window], 1, false), 1))
  const small = { xC: 2000, nC: 10_000, xS: 1800, nS: 10_000 }
  expect(evidenceGt(run([small], 1, true), 1)).not.toBe(evidenceGt(run([small], 1, false), 1))
})

test('no data, an empty arm or no bad request is E = 1 on both sides', () => {
  for (const exact of [false, true])
    for (const list of [[], [{ xC: 0, nC: 0, xS: 5, nS: 10 }], [{ xC: 5, nC: 10, xS: 0, nS: 0 }], [{ xC: 0, nC: 9, xS: 0, nS: 9 }]]) {
      expect(evidenceGt(run(list, 1.2, exact), 1.2)).toBeCloseTo(0, 12)
      expect(evidenceLt(run(list, 1.2, exact), 1.2)).toBeCloseTo(0, 12)
    }
})

test('merging two shards equals replaying both', () => {
  fc.assert(
    fc.property(windows(40), windows(40), fc.boolean(), (a, b, exact) => {
      const merged = mergeProcesses(run(a, 1.2, exact), run(b, 1.2, exact))
      const replayed = run([...a, ...b], 1.2, exact)
      expect(close(evidenceGt(merged, 1.2), evidenceGt(replayed, 1.2))).toBe(true)
      expect(merged.totals).toEqual(replayed.totals)
    }),
  )
  expect(() => mergeProcesses(run([], 1.2, true), run([], 1.2, false))).toThrow(RangeError)
})

test('ten times the requests at the same hits changes nothing in the tilt', () => {
  const small = { xC: 5, nC: 100, xS: 9, nS: 900 }
  const large = { xC: 5, nC: 1000, xS: 9, nS: 9000 }
  expect(evidenceGt(run([large], 1.2, false), 1.2)).toBeCloseTo(evidenceGt(run([small], 1.2, false), 1.2), 12)
})

test('one more bad candidate request raises the evidence of harm and lowers that of safety', () => {
  fc.assert(
    fc.property(windowOf(60), fc.boolean(), (window, exact) => {
      fc.pre(window.xC < window.nC && window.nS > 0)
      const worse = { ...window, xC: window.xC + 1 }
      expect(evidenceGt(run([worse], 1.2, exact), 1.2)).toBeGreaterThanOrEqual(evidenceGt(run([window], 1.2, exact), 1.2) - 1e-9)
      expect(evidenceLt(run([worse], 2, exact), 2)).toBeLessThanOrEqual(evidenceLt(run([window], 2, exact), 2) + 1e-9)
    }),
  )
})

test('a billion requests and a hundred million errors stay finite', () => {
  const process = run([{ xC: 1e8, nC: 1e9, xS: 1e7, nS: 1e9 }], 1.2, true)
  expect(evidenceGt(process, 1.2)).toBeGreaterThan(1e6)
  expect(Number.isFinite(evidenceLt(process, 1.2))).toBe(true)
})

test('what is not a count, an impossible count and an unfollowed null are refused by name', () => {
  const process = createProcess({ psiNulls: [1.2] })
  const good = { xC: 1, nC: 10, xS: 1, nS: 10 }
  for (const bad of [Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY])
    for (const key of ['xC', 'nC', 'xS', 'nS'])
      expect(() => addWindow(process, { ...good, [key]: bad })).toThrow(new RegExp(`${key}.*${bad}`))
  expect(() => addWindow(process, { ...good, xC: 11 })).toThrow('xC (11) must not exceed nC (10)')
  expect(() => addTrials(process, { x: 1, K: 2, w: Number.NaN })).toThrow(RangeError)
  expect(() => createProcess({ psiNulls: [0] })).toThrow(RangeError)
  expect(() => createProcess({ psiNulls: [], phi: 0.5 })).toThrow('at least 1')
  expect(() => evidenceGt(process, 1.3)).toThrow('name it in psiNulls')
  expect([...process.L].every((value) => value === 0)).toBe(true)
})

test('every entry of L is the tilt at its psi, which is 0 without trials or with a share of 0 or 1', () => {
  const process = addTrials(createProcess({ psiNulls: [1.3] }), { x: 7, K: 90, w: 0.04 })
  process.logPsi.forEach((logPsi, j) => {
    expect(process.L[j]).toBeCloseTo(tilt(7, 90, 0.04, logPsi), 12)
  })
  for (const [x, K, w] of [
    [0, 0, 0.5],
    [1, 9, 0],
    [1, 9, 1],
    [1, 9, -0.1],
    [1, 9, 1.1],
  ]) {
    expect(tilt(x, K, w, 0.7)).toBe(0)
    expect(evidenceGt(addTrials(createProcess({ psiNulls: [] }), { x, K, w }), 1)).toBeCloseTo(0, 12)
  }
})

test('a dispersion frozen anew at a restart divides only what comes after', () => {
  const window = { xC: 9, nC: 100, xS: 20, nS: 900 }
  const process = restart(addWindow(createProcess({ psiNulls: [1.2] }), window), 4)
  addWindow(process, window)
  const [before, after] = [run([window], 1.2, false), run([window], 1.2, false, 4)]
  expect(process.L[120]).toBeCloseTo(before.L[120] + after.L[120], 9)
  expect(evidenceGt(process, 1.2, 1)).toBeCloseTo(evidenceGt(after, 1.2), 9)
  expect(() => restart(process, 0.9)).toThrow('at least 1')
})
