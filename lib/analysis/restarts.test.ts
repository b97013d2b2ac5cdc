import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { close, logEOf, windowOf } from './definition.fixture'
import { evidenceGt } from './evidence'
import { jackknife, jackknifedGt } from './jackknife'
import { mergeProcesses } from './merge'
import { mix } from './mix'
import { addWindow, createProcess, type EvidenceWindow, MAX_BLOCKS, restart } from './process'
import { mixedGt, mixedJackknifedGt, restarts, restartWeight } from './restarts'

const blocks = fc.array(windowOf(40), { maxLength: 6 })

function jackknifeOf(list: readonly EvidenceWindow[], psi0: number): number {
  const sets = [list, ...list.flatMap((block, b) => (block.xC > 0 ? [list.filter((_, i) => i !== b)] : []))]
  return Math.min(...sets.map((set) => logEOf(set, psi0, 'gt')))
}

test('leave-one-block-out is the least evidence over every set without one block', () => {
  fc.assert(
    fc.property(blocks, fc.constantFrom(1, 1.2), (list, psi0) => {
      expect(close(jackknife(list, psi0), jackknifeOf(list, psi0))).toBe(true)
    }),
  )
})

test('a process with restarts equals one process per start, mixed; and never exceeds its plain form', () => {
  fc.assert(
    fc.property(blocks, fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 3 }), (list, unsorted) => {
      const starts = unsorted.map((start) => Math.min(start, list.length)).sort((a, b) => a - b)
      const process = createProcess({ psiNulls: [1.2] })
      for (let i = 0; i <= list.length; i += 1) {
        for (const start of starts) if (start === i) restart(process)
        if (i < list.length) addWindow(process, list[i])
      }
      const weights = [0.5, 0.25, 1 / 12, 1 / 24].slice(0, starts.length + 1)
      const sets = [0, ...starts].map((start) => list.slice(start))
      expect(
        close(
          mixedGt(process, 1.2),
          mix(
            sets.map((set) => logEOf(set, 1.2, 'gt')),
            weights,
          ),
        ),
      ).toBe(true)
      expect(
        close(
          mixedJackknifedGt(process, 1.2),
          mix(
            sets.map((set) => jackknifeOf(set, 1.2)),
            weights,
          ),
        ),
      ).toBe(true)
      expect(close(mixedJackknifedGt(process, 1.2), restarts(list, starts, 1.2).mixed)).toBe(true)
      expect(mixedJackknifedGt(process, 1.2)).toBeLessThanOrEqual(mixedGt(process, 1.2))
    }),
  )
})

test('restart weights add up to 1, a ninth restart is refused', () => {
  const sum = Array.from({ length: 100_000 }, (_, k) => restartWeight(k)).reduce((a, b) => a + b, 0)
  expect(sum).toBeCloseTo(1, 4)
  const process = createProcess({ psiNulls: [] })
  for (let i = 0; i < 8; i += 1) restart(process)
  expect(() => restart(process)).toThrow('At most 8 restarts')
  expect(() => restarts([], [-1], 1.2)).toThrow('start')
})

test('windows of one block number leave together, whatever the cluster', () => {
  const [a, b, c] = [
    { xC: 9, nC: 100, xS: 3, nS: 900 },
    { xC: 0, nC: 50, xS: 4, nS: 50 },
    { xC: 2, nC: 100, xS: 9, nS: 900 },
  ]
  const process = createProcess({ psiNulls: [1.2] })
  addWindow(process, a, 0)
  addWindow(process, b, 0)
  addWindow(process, c, 1)
  expect(jackknifedGt(process, 1.2)).toBeCloseTo(
    Math.min(logEOf([a, b, c], 1.2, 'gt'), logEOf([c], 1.2, 'gt'), logEOf([a, b], 1.2, 'gt')),
    9,
  )
  const shard = (list: [EvidenceWindow, number][]) =>
    list.reduce((into, [window, number]) => addWindow(into, window, number), createProcess({ psiNulls: [1.2] }))
  const merged = mergeProcesses(
    shard([[b, 0]]),
    shard([
      [a, 0],
      [c, 1],
    ]),
  )
  expect(jackknifedGt(merged, 1.2)).toBeCloseTo(jackknifedGt(process, 1.2), 9)
})

test('one burst cannot pass leave-one-block-out, steady harm can', () => {
  const calm = { xC: 1, nC: 500, xS: 10, nS: 5000 }
  const burst = [...Array.from({ length: 20 }, () => calm), { ...calm, xC: 40 }]
  expect(jackknife(burst, 1.2)).toBeLessThan(0)
  expect(
    evidenceGt(
      burst.reduce((process, block) => addWindow(process, block), createProcess({ psiNulls: [1.2] })),
      1.2,
    ),
  ).toBeGreaterThan(10)
  expect(
    jackknife(
      Array.from({ length: 20 }, () => ({ ...calm, xC: 4 })),
      1.2,
    ),
  ).toBeGreaterThan(10)
})

test('a day of blocks stays within 256, keeps the burst apart and the evidence whole', () => {
  const process = createProcess({ psiNulls: [1.2] })
  for (let i = 0; i < 3000; i += 1) addWindow(process, { xC: i === 1500 ? 40 : i % 7 === 0 ? 1 : 0, nC: 50, xS: 1, nS: 450 })
  expect(process.blocks.length).toBe(MAX_BLOCKS)
  expect(process.blocks.find((block) => block.xC >= 40)?.xC).toBeLessThan(55)
  const sum = process.blocks.reduce((total, block) => total + block.increments[100], 0)
  expect(sum).toBeCloseTo(process.L[100], 6)
  expect(() => jackknifedGt(createProcess({ psiNulls: [1.2], maxBlocks: 0 }), 1.2)).toThrow('keeps none')
})
