import type { Random } from '@/lib/analysis/chance'
import { FULL } from '@/lib/endpoints/wish'
import { type Measured, measure } from './measure'
import { type Ended, errorsCanary, runOurs } from './ours'
import { argo, argoRelative, flagger, kayenta, type Peer } from './peers'
import { drawSlot, HALF_HOUR, sharedNoise, type Traffic } from './world'

/** One judge over one cell. `cell` names rate and share. */
export interface Row extends Measured {
  readonly cell: string
  readonly judge: string
}

export const OURS = 'Slipway'
const PEERS: Record<string, Peer> = { Argo: argo, 'Argo 1.5x stable': argoRelative, Flagger: flagger, Kayenta: kayenta }
const RATES = [50, 500]
const SHARES = [0.01, 0.05, 0.1, 0.25, 0.5]
const STABLE_SHARE = 0.005

export function cellOf(rate: number, share: number): string {
  return `${rate}/s ${100 * share} %`
}

/** A world may draw from the run's own chance first: noise that differs from run to run. */
type World = (random: Random) => Traffic

function everyJudge(cell: string, runs: number, share: number, world: World, burnIn = 0): Row[] {
  const ours = measure(runs, (random) =>
    runOurs(errorsCanary(random, world(random), { steps: [share * FULL], slots: HALF_HOUR, still: true, burnIn })),
  )
  const peers = Object.entries(PEERS).map(([judge, peer]) => {
    // Its points are compared pair by pair: many seeds of it take long and say little more.
    const fewer = peer === kayenta ? Math.ceil(runs / 4) : runs
    const run = (random: Random): Ended => {
      const traffic = world(random)
      return peer((slot) => drawSlot(random, traffic, slot, share), HALF_HOUR)
    }
    return { cell, judge, ...measure(fewer, run) }
  })
  return [{ cell, judge: OURS, ...ours }, ...peers]
}

function steady(rate: number, candidate: number): World {
  return () => ({ rate, stable: () => STABLE_SHARE, candidate: () => candidate })
}

/** T1: a version against itself (0.5 % errors), and T2: one that fails in `candidate` of its requests, over every rate and share. */
export function errorCells(runs: number, candidate = STABLE_SHARE): Row[] {
  return RATES.flatMap((rate) => SHARES.flatMap((share) => everyJudge(cellOf(rate, share), runs, share, steady(rate, candidate))))
}

const MINUTE = 12

/** T3: healthy canaries under awkward conditions, at 50 and 500 requests/s and 25 %. */
export function awkwardCells(runs: number): Row[] {
  const share = 0.25
  const cells = RATES.flatMap((rate) => {
    const both = (stable: (slot: number) => number): Traffic => ({ rate, stable, candidate: stable })
    const incident = both((slot) => (slot >= 10 * MINUTE && slot < 15 * MINUTE ? 4 * STABLE_SHARE : STABLE_SHARE))
    const conditions: [string, World, number][] = [
      ['shared incident (x4, 5 min)', () => incident, 0],
      ['shared noise (sd 0.5, 60 s)', (random) => both(scaled(sharedNoise(random, 0.5, 60))), 0],
      ['clustered errors (mean 4)', () => ({ ...both(() => STABLE_SHARE), cluster: 4 }), 0],
      ['one burst of the canary (20 errors in 5 s)', () => ({ ...both(() => STABLE_SHARE), candidate: burst(rate, share) }), 0],
      ['cold cache (x4 for 60 s)', () => ({ ...both(() => STABLE_SHARE), candidate: coldCache }), 60],
    ]
    return conditions.flatMap(([name, world, burnIn]) => everyJudge(`${name}, ${cellOf(rate, share)}`, runs, share, world, burnIn))
  })
  return cells
}

function scaled(noise: (slot: number) => number): (slot: number) => number {
  return (slot) => STABLE_SHARE * noise(slot)
}

function burst(rate: number, share: number): (slot: number) => number {
  return (slot) => STABLE_SHARE + (slot === 10 * MINUTE ? 20 / (rate * 5 * share) : 0)
}

function coldCache(slot: number): number {
  return slot >= 0 && slot < MINUTE ? 4 * STABLE_SHARE : STABLE_SHARE
}

/** T8: the whole way 1, 5, 25, 50, 100 %, going on as soon as it is proven; Argo with 4 steps of 5 min, Flagger with 5 of 30 s. */
export function wholeWay(runs: number): Row[] {
  return [0.005, 0.0055, 0.01, 0.02, 0.05].flatMap((candidate) =>
    RATES.flatMap((rate): Row[] => {
      const cell = `${(100 * candidate).toFixed(2)} % at ${rate}/s`
      const traffic = steady(rate, candidate)
      const ours = measure(runs, (random) =>
        runOurs(errorsCanary(random, traffic(random), { steps: [100, 500, 2500, 5000, FULL], slots: HALF_HOUR, still: false })),
      )
      const scheduled = (peer: Peer, shares: readonly number[], slotsEach: number) =>
        measure(runs, (random): Ended => {
          const slots = shares.length * slotsEach
          const ended = peer((slot) => drawSlot(random, traffic(random), slot, shares[Math.floor(slot / slotsEach)]), slots)
          return ended.end === 'open' ? { ...ended, end: 'promoted' } : ended
        })
      return [
        { cell, judge: OURS, ...ours },
        { cell, judge: 'Argo', ...scheduled(argo, [0.01, 0.05, 0.25, 0.5], 5 * MINUTE) },
        { cell, judge: 'Flagger', ...scheduled(flagger, [0.1, 0.2, 0.3, 0.4, 0.5], MINUTE / 2) },
      ]
    }),
  )
}
