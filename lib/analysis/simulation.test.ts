import { expect, test } from 'vitest'
import { binomial, seeded } from './chance'
import { evidenceLt } from './evidence'
import { addWindow, createProcess, type EvidenceWindow, restart } from './process'
import { mixedGt, mixedJackknifedGt } from './restarts'

const NEEDED = Math.log(20)
const SLOT_SECONDS = 5

/** Seconds to the rollback of one simulated canary, looked at every slot; infinity if none. One restart after five minutes. */
function secondsToRollback(minutes: number, window: (slot: number) => EvidenceWindow, exact = false): number {
  const process = createProcess({ psiNulls: [1.2], exact })
  for (let slot = 0; slot < (minutes * 60) / SLOT_SECONDS; slot += 1) {
    if (slot === 60) restart(process)
    addWindow(process, window(slot), Math.floor(slot / 2))
    if (mixedGt(process, 1.2) >= NEEDED && mixedJackknifedGt(process, 1.2) >= NEEDED / 2) return (slot + 1) * SLOT_SECONDS
  }
  return Number.POSITIVE_INFINITY
}

function traffic(random: () => number, perSecond: number, share: number, rateC: (slot: number) => number, rateS: (slot: number) => number) {
  return (slot: number): EvidenceWindow => {
    const n = perSecond * SLOT_SECONDS
    const nC = binomial(random, n, share)
    return { xC: binomial(random, nC, rateC(slot)), nC, xS: binomial(random, n - nC, rateS(slot)), nS: n - nC }
  }
}

function shareRolledBack(runs: number, seed: number, ratio: number, rate: (slot: number) => number): number {
  const random = seeded(seed)
  const candidate = (slot: number) => ratio * rate(slot)
  const ends = Array.from({ length: runs }, () => secondsToRollback(10, traffic(random, 50, 0.25, candidate, rate)))
  return ends.filter(Number.isFinite).length / runs
}

test('a version against itself is rolled back in at most 5 % of canaries, looked at every 5 s', () => {
  expect(shareRolledBack(300, 1, 1, () => 0.005)).toBeLessThanOrEqual(0.05)
})

test('the same while the common error rate quadruples and falls again', () => {
  expect(shareRolledBack(200, 2, 1, (slot) => (slot > 40 && slot < 80 ? 0.02 : 0.005))).toBeLessThanOrEqual(0.05)
})

test('a candidate exactly at the tolerated ratio stays within 5 % too', () => {
  expect(shareRolledBack(200, 3, 1.2, () => 0.02)).toBeLessThanOrEqual(0.05)
})

test('errors from 0.5 to 2 % at 500 requests/s and 25 % are rolled back in under half a minute, never by one block alone', () => {
  const random = seeded(4)
  const ends = Array.from({ length: 41 }, () =>
    secondsToRollback(
      5,
      traffic(
        random,
        500,
        0.25,
        () => 0.02,
        () => 0.005,
      ),
    ),
  ).sort((a, b) => a - b)
  expect(ends[0]).toBeGreaterThan(10)
  expect(ends[20]).toBeLessThanOrEqual(25)
  expect(ends[40]).toBeLessThanOrEqual(90)
})

test('a regression that starts after five good minutes is found within a minute of its start', () => {
  const random = seeded(5)
  const late = (slot: number) => (slot >= 60 ? 0.02 : 0.005)
  const ends = Array.from({ length: 21 }, () =>
    secondsToRollback(
      15,
      traffic(random, 500, 0.25, late, () => 0.005),
    ),
  ).sort((a, b) => a - b)
  expect(ends[0]).toBeGreaterThan(300)
  expect(ends[10]).toBeLessThanOrEqual(360)
})

test('at exactly the limit, "proven safe" is said in at most 5 % of canaries', () => {
  const random = seeded(6)
  const proven = Array.from({ length: 800 }, () => {
    const process = createProcess({ psiNulls: [2], maxBlocks: 0 })
    const window = traffic(
      random,
      50,
      0.25,
      () => 0.02,
      () => 0.01,
    )
    for (let slot = 0; slot < 60; slot += 1) if (evidenceLt(addWindow(process, window(slot)), 2) >= NEEDED) return true
    return false
  })
  expect(proven.filter(Boolean).length / proven.length).toBeLessThanOrEqual(0.05)
})

test('accuracy falling from 72 to 50 % is found by the exact form within a few hundred labels', () => {
  const random = seeded(7)
  const ends = Array.from({ length: 21 }, () =>
    secondsToRollback(
      10,
      traffic(
        random,
        20,
        0.25,
        () => 0.5,
        () => 0.28,
      ),
      true,
    ),
  ).sort((a, b) => a - b)
  expect(ends[10]).toBeLessThanOrEqual(90)
})
