import { expect, test } from 'vitest'
import { hyperOf } from './definition.fixture'
import { evidenceGt, evidenceLt } from './evidence'
import { hyper } from './hyper'
import { addWindow, createProcess } from './process'
import { trialsLogE } from './trials'

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k)
const binomialProbability = (x: number, n: number, p: number) => choose(n, x) * p ** x * (1 - p) ** (n - x)

/** Expected e-value over every outcome of 8 candidate against 16 stable requests. */
function expectedE(pC: number, pS: number, psi0: number, exact: boolean, side: 'gt' | 'lt'): number {
  let sum = 0
  for (let xC = 0; xC <= 8; xC += 1)
    for (let xS = 0; xS <= 16; xS += 1) {
      const process = addWindow(createProcess({ psiNulls: [psi0], exact }), { xC, nC: 8, xS, nS: 16 })
      const logE = side === 'gt' ? evidenceGt(process, psi0) : evidenceLt(process, psi0)
      sum += binomialProbability(xC, 8, pC) * binomialProbability(xS, 16, pS) * Math.exp(logE)
    }
  return sum
}

test('the tilt is an e-value: over all outcomes at the null ratio it averages at most 1', () => {
  for (const p of [0.02, 0.1, 0.3])
    for (const psi0 of [1, 1.2, 2]) {
      expect(expectedE(psi0 * p, p, psi0, false, 'gt')).toBeLessThanOrEqual(1 + 1e-12)
      expect(expectedE(psi0 * p, p, psi0, false, 'lt')).toBeLessThanOrEqual(1 + 1e-12)
    }
})

test('the exact form averages exactly 1 at its odds ratio', () => {
  for (const p of [0.02, 0.1, 0.5, 0.9])
    for (const psi0 of [0.5, 1, 1.2, 2]) {
      const odds = (psi0 * p) / (1 - p)
      expect(Math.abs(expectedE(odds / (1 + odds), p, psi0, true, 'gt') - 1)).toBeLessThan(1e-12)
      expect(Math.abs(expectedE(odds / (1 + odds), p, psi0, true, 'lt') - 1)).toBeLessThan(1e-12)
    }
})

test('inside the null the average stays at most 1, beyond it grows above 1', () => {
  expect(expectedE(0.1, 0.1, 1.2, true, 'gt')).toBeLessThan(1)
  expect(expectedE(0.5, 0.1, 1.2, true, 'gt')).toBeGreaterThan(2)
})

test('one sample averages exactly 1 at its null share', () => {
  for (const w of [0.01, 0.2, 0.5])
    for (const side of ['gt', 'lt'] as const) {
      let sum = 0
      for (let x = 0; x <= 20; x += 1) sum += binomialProbability(x, 20, w) * Math.exp(trialsLogE(x, 20, w, side))
      expect(sum).toBeCloseTo(1, 12)
    }
})

test('hyper equals the direct sum, also for wide supports and far ratios', () => {
  for (const [x, K, nC, nS] of [
    [0, 1, 1, 1],
    [3, 3, 0, 10],
    [500, 1200, 900, 800],
    [4000, 5000, 4096, 9000],
    [7, 30, 25, 6],
    [1, 2, 1e9, 1e9],
  ])
    for (const lp of [-40, -2.77, -0.1, 0, 1e-9, 0.5, 4.16, 40]) {
      const expected = hyperOf(x, K, nC, nS, lp)
      expect(Math.abs(hyper(x, K, nC, nS, lp) - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)))
    }
})

test('hyper refuses what is not a count and a support it cannot hold', () => {
  expect(() => hyper(Number.NaN, 1, 1, 1, 0)).toThrow('x must be a whole number')
  expect(() => hyper(1, 2, 2, 2, Number.NaN)).toThrow('logPsi')
  expect(() => hyper(1, 1e8, 1e8, 1e8, 0.1)).toThrow('use the tilt')
})
