import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { band } from './band'
import { bandOf, close, windowOf } from './definition.fixture'
import { evidenceGt, evidenceLt } from './evidence'
import { LOG_PSI } from './grid'
import { addWindow, createProcess, type EvidenceWindow, restart } from './process'

const run = (list: readonly EvidenceWindow[], exact = false) =>
  list.reduce((process, window) => addWindow(process, window), createProcess({ psiNulls: [1.2, 2], exact }))

test('edges agree with the definition', () => {
  fc.assert(
    fc.property(fc.array(windowOf(60), { maxLength: 3 }), fc.boolean(), fc.constantFrom(0.05, 0.4), (list, exact, alpha) => {
      const { lower, upper } = band(run(list, exact), alpha)
      const expected = bandOf(list, alpha, { exact })
      expect(close(lower, expected.lower)).toBe(true)
      expect(close(upper, expected.upper)).toBe(true)
    }),
    { numRuns: 15 },
  )
})

test('the band lies beyond a line exactly when the test of that line has fired', () => {
  fc.assert(
    fc.property(fc.array(windowOf(200), { minLength: 1, maxLength: 5 }), fc.boolean(), (list, exact) => {
      const process = run(list, exact)
      const { lower, upper } = band(process, 0.05)
      for (const logPsi of LOG_PSI) {
        const psi = Math.exp(logPsi)
        const [gt, lt] = [evidenceGt(process, psi) - Math.log(20), evidenceLt(process, psi) - Math.log(20)]
        if (Math.abs(gt) > 1e-9) expect(gt >= 0).toBe(lower > psi * (1 - 1e-12))
        if (Math.abs(lt) > 1e-9) expect(lt >= 0).toBe(upper < psi * (1 + 1e-12))
      }
    }),
    { numRuns: 60 },
  )
})

test('no data is every ratio; more of the same data narrows the band around the truth', () => {
  expect(band(createProcess({ psiNulls: [] }), 0.05)).toEqual({ lower: 0, upper: Number.POSITIVE_INFINITY })
  const process = createProcess({ psiNulls: [] })
  let width = Number.POSITIVE_INFINITY
  for (let i = 0; i < 5; i += 1) {
    for (let k = 0; k < 4 ** i; k += 1) addWindow(process, { xC: 30, nC: 1000, xS: 30, nS: 3000 })
    const { lower, upper } = band(process, 0.05)
    expect(lower).toBeLessThan(3)
    expect(upper).toBeGreaterThan(3)
    expect(upper / lower).toBeLessThan(width)
    width = upper / lower
  }
  expect(width).toBeLessThan(1.3)
})

test('a band since a restart forgets what was before it', () => {
  const process = restart(addWindow(createProcess({ psiNulls: [] }), { xC: 90, nC: 100, xS: 1, nS: 100 }))
  expect(band(process, 0.05, 1)).toEqual({ lower: 0, upper: Number.POSITIVE_INFINITY })
  const fresh = addWindow(createProcess({ psiNulls: [] }), { xC: 5, nC: 100, xS: 50, nS: 1000 })
  const since = band(addWindow(process, { xC: 5, nC: 100, xS: 50, nS: 1000 }), 0.05, 1)
  expect(since.upper).toBeCloseTo(band(fresh, 0.05).upper, 9)
  expect(() => band(process, 0.05, 2)).toThrow('no restart 2')
  expect(() => band(process, 1)).toThrow('alpha')
})
