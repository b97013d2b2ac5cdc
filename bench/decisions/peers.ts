import { type MannWhitney, mannWhitney } from './mann-whitney'
import type { Ended } from './ours'
import { SLOT_SECONDS, type Slot } from './world'

// Judges in the style of others, as their documentation and source describe them: polled checks over the last interval, not their code.

export type Peer = (draw: (slot: number) => Slot, slots: number) => Ended

export const MAX_ERRORS = 0.01

interface Polled {
  everySeconds: number
  /** The failed check that ends it. */
  failures: number
  /** Is the canary's share of bad requests over the last interval too high? */
  isBad: (interval: { bad: number; n: number; stableBad: number; stableN: number }) => boolean
}

/** A check of the last interval, repeated; the k-th failed one ends the canary (failures add up, they need not follow each other). No traffic is no failure. */
function polled({ everySeconds, failures, isBad }: Polled): Peer {
  const every = everySeconds / SLOT_SECONDS
  return (draw, slots) => {
    let [bad, n, stableBad, stableN, failed, all] = [0, 0, 0, 0, 0, 0]
    for (let slot = 0; slot < slots; slot += 1) {
      const { xC, nC, xS, nS } = draw(slot)
      bad += xC
      n += nC
      stableBad += xS
      stableN += nS
      all += xC
      if ((slot + 1) % every !== 0) continue
      if (n > 0 && isBad({ bad, n, stableBad, stableN })) failed += 1
      if (failed >= failures) return { end: 'returned', seconds: (slot + 1) * SLOT_SECONDS, bad: all }
      bad = n = stableBad = stableN = 0
    }
    return { end: 'open', seconds: slots * SLOT_SECONDS, bad: all }
  }
}

/** Argo Rollouts: an analysis every 60 s, `failureLimit: 3`, so that the fourth failure aborts; success rate of at least 99 %. */
export const argo = polled({ everySeconds: 60, failures: 4, isBad: ({ bad, n }) => bad / n > MAX_ERRORS })

/** Argo Rollouts with the query written against stable: at most 1.5 times its share. */
export const argoRelative = polled({
  everySeconds: 60,
  failures: 4,
  isBad: ({ bad, n, stableBad, stableN }) => stableN > 0 && bad / n > (1.5 * stableBad) / stableN,
})

/** Flagger: a check every 30 s, `threshold: 5` failed checks; success rate of at least 99 %. */
export const flagger = polled({ everySeconds: 30, failures: 5, isBad: ({ bad, n }) => bad / n > MAX_ERRORS })

const KAYENTA_POINT = 10 / SLOT_SECONDS
const KAYENTA_EVERY = 60 / SLOT_SECONDS

/** Kayenta's verdict on two series of points: "High" when the interval of the shift lies wholly above a quarter of its estimate. */
export function isHigh({ low, estimate }: MannWhitney): boolean {
  return low > 0.25 * Math.abs(estimate)
}

/** Kayenta: Mann-Whitney with 98 % confidence on points of 10 s since the start, judged every 60 s; the first "High" fails the canary. */
export const kayenta: Peer = (draw, slots) => {
  const [canary, stable]: [number[], number[]] = [[], []]
  let [all, point] = [0, { xC: 0, nC: 0, xS: 0, nS: 0 }]
  for (let slot = 0; slot < slots; slot += 1) {
    const drawn = draw(slot)
    all += drawn.xC
    point = { xC: point.xC + drawn.xC, nC: point.nC + drawn.nC, xS: point.xS + drawn.xS, nS: point.nS + drawn.nS }
    if ((slot + 1) % KAYENTA_POINT === 0) {
      if (point.nC > 0) canary.push(point.xC / point.nC)
      if (point.nS > 0) stable.push(point.xS / point.nS)
      point = { xC: 0, nC: 0, xS: 0, nS: 0 }
    }
    if ((slot + 1) % KAYENTA_EVERY !== 0 || canary.length === 0 || stable.length === 0) continue
    if (isHigh(mannWhitney(canary, stable))) return { end: 'returned', seconds: (slot + 1) * SLOT_SECONDS, bad: all }
  }
  return { end: 'open', seconds: slots * SLOT_SECONDS, bad: all }
}
