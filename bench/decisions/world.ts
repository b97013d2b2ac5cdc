import { binomial, gaussian, type Random } from '@/lib/analysis/chance'

/** Counts of one 5 s slot: candidate and stable, bad of all. */
export interface Slot {
  readonly xC: number
  readonly nC: number
  readonly xS: number
  readonly nS: number
}

/** How traffic fails. Slots are numbered from the rollout's start; a negative one lies before it. */
export interface Traffic {
  /** Requests per second of both arms. */
  readonly rate: number
  readonly stable: (slot: number) => number
  readonly candidate: (slot: number) => number
  /** Mean number of failures that come together, within one arm; 1: each alone. */
  readonly cluster?: number
}

export const SLOT_SECONDS = 5
/** Slots of 30 minutes: how long a canary is looked at. */
export const HALF_HOUR = 360

/** One arm's failures: alone, or in clusters of geometric size (mean `cluster`) whose rate keeps the share. */
function failures(random: Random, n: number, p: number, cluster: number): number {
  if (cluster <= 1) return binomial(random, n, p)
  const starts = binomial(random, n, Math.min(1, p / cluster))
  let bad = 0
  for (let i = 0; i < starts; i += 1) bad += 1 + Math.floor(Math.log(1 - random()) / Math.log1p(-1 / cluster))
  return Math.min(n, bad)
}

export function drawSlot(random: Random, traffic: Traffic, slot: number, share: number): Slot {
  const n = traffic.rate * SLOT_SECONDS
  const nC = binomial(random, n, share)
  const cluster = traffic.cluster ?? 1
  return {
    xC: failures(random, nC, Math.min(1, traffic.candidate(slot)), cluster),
    nC,
    xS: failures(random, n - nC, Math.min(1, traffic.stable(slot)), cluster),
    nS: n - nC,
  }
}

/** exp of an AR(1) path with the given deviation and correlation time: noise that both arms share. */
export function sharedNoise(random: Random, deviation: number, seconds: number): (slot: number) => number {
  const keep = Math.exp(-SLOT_SECONDS / seconds)
  const path: number[] = []
  let value = deviation * gaussian(random)
  return (slot) => {
    while (path.length <= Math.max(0, slot)) {
      path.push(Math.exp(value))
      value = keep * value + deviation * Math.sqrt(1 - keep * keep) * gaussian(random)
    }
    return path[Math.max(0, slot)]
  }
}
