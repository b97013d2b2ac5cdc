import { binomial, gaussian, type Random, seeded } from '@/lib/analysis/chance'
import { createSketch, record } from '@/lib/analysis/sketch'
import { FULL } from '@/lib/endpoints/wish'
import type { ReferenceBlock } from '@/lib/rollouts/frame'
import { Gate } from '@/lib/rollouts/schema'
import { planOf } from '@/lib/rollouts/simulation.fixture'
import { cellOf, OURS, type Row } from './cells'
import { mannWhitney } from './mann-whitney'
import { measure } from './measure'
import { type Canary, type Count, type Ended, runOurs } from './ours'
import { isHigh } from './peers'
import { HALF_HOUR, SLOT_SECONDS } from './world'

/** Latencies of the stable version, sorted, ms: lognormal around 80 with a Pareto tail of 2 % (exponent 2.2): p50 81, p95 293, p99 508. */
const SAMPLE = sample(seeded(2001), 1 << 20)

function sample(random: Random, size: number): Float64Array {
  return Float64Array.from({ length: size }, () =>
    random() < 0.02 ? 200 * (1 - random()) ** (-1 / 2.2) : 80 * Math.exp(0.75 * gaussian(random)),
  ).sort()
}

/** Share of stable's latencies above `ms`. */
function shareAbove(ms: number): number {
  let [low, high] = [0, SAMPLE.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (SAMPLE[middle] > ms) high = middle
    else low = middle + 1
  }
  return 1 - low / SAMPLE.length
}

/** The 95 % quantile of n latencies: from n draws, or for large n from the order statistic's normal approximation. */
function p95(random: Random, n: number, factor: number): number {
  const at = (u: number) => factor * SAMPLE[Math.min(SAMPLE.length - 1, Math.floor(u * SAMPLE.length))]
  if (n > 400) return at(Math.min(0.999, Math.max(0.8, 0.95 + Math.sqrt((0.95 * 0.05) / n) * gaussian(random))))
  const drawn = Float64Array.from({ length: n }, random).sort()
  return at(drawn[Math.ceil(0.95 * n) - 1])
}

export interface LatencyTraffic {
  readonly rate: number
  readonly share: number
  /** The candidate's latencies are stable's times this. */
  readonly factor: number
}

/** A canary judged by latency alone, with the gate's defaults (p50, p95, p99; floor 5 ms). */
export function latencyCanary(random: Random, { rate, share, factor }: LatencyTraffic): Canary {
  const plan = planOf({
    steps: [share * FULL, FULL],
    gates: [Gate.parse({ metric: 'latency' })],
    pace: { ...planOf().pace, burnIn: 0, minDwell: 30 },
  })
  const reference = Array.from({ length: 10 }, (): ReferenceBlock => {
    const latency = createSketch()
    const n = rate * 30
    for (let i = 0; i < n; i += 1) record(latency, SAMPLE[Math.floor(random() * SAMPLE.length)])
    return { n, bad: 0, latency }
  })
  const count: Count = (_slot, _share, frame) => {
    const n = rate * SLOT_SECONDS
    const nC = binomial(random, n, share)
    const counts = [nC, n - nC, 0, 0]
    const candidate = slowerThan(
      random,
      nC,
      frame.latency.flatMap((one) => [one.candidateMs, one.limitMs]).map((ms) => ms / factor),
    )
    const stable = slowerThan(
      random,
      n - nC,
      frame.latency.map((one) => one.tauMs),
    )
    frame.latency.forEach((_one, i) => {
      counts.push(candidate[2 * i], candidate[2 * i + 1], stable[i])
    })
    return { counts, stable: { n: n - nC, bad: 0 } }
  }
  return { plan, count, reference, slots: HALF_HOUR, still: true }
}

/** How many of n are slower than each threshold, of the same n requests. */
function slowerThan(random: Random, n: number, thresholds: readonly number[]): number[] {
  const order = thresholds.map((ms, i) => ({ i, share: shareAbove(ms) })).sort((a, b) => b.share - a.share)
  const found: number[] = []
  let [left, above] = [n, 1]
  for (const { i, share } of order) {
    left = above > 0 ? binomial(random, left, share / above) : 0
    above = share
    found[i] = left
  }
  return found
}

type LatencyJudge = (random: Random, traffic: LatencyTraffic) => Ended

/** Polled p95 of the canary's last interval against `limit(stable's p95 of it)`; the k-th failure ends it. */
function polled(everySeconds: number, failures: number, limit: (stable: number) => number): LatencyJudge {
  return (random, { rate, share, factor }) => {
    let failed = 0
    for (let seconds = everySeconds; seconds <= HALF_HOUR * SLOT_SECONDS; seconds += everySeconds) {
      const n = rate * everySeconds
      const canary = p95(random, Math.max(1, Math.round(n * share)), factor)
      if (canary > limit(p95(random, Math.round(n * (1 - share)), 1))) failed += 1
      if (failed >= failures) return { end: 'returned', seconds, bad: 0 }
    }
    return { end: 'open', seconds: HALF_HOUR * SLOT_SECONDS, bad: 0 }
  }
}

const KNOWN_P95 = SAMPLE[Math.floor(0.95 * SAMPLE.length)]

/** The peers as they are set up for latency: stable's p95 known beforehand, or measured beside. */
export const latencyPeers: Record<string, LatencyJudge> = {
  'Argo p95 < 1.2x known': polled(60, 4, () => 1.2 * KNOWN_P95),
  'Argo p95 < 1.1x stable': polled(60, 4, (stable) => 1.1 * stable),
  'Flagger p95 < 1.2x known': polled(30, 5, () => 1.2 * KNOWN_P95),
  'Kayenta p95': (random, { rate, share, factor }) => {
    const [canary, stable]: [number[], number[]] = [[], []]
    for (let seconds = 10; seconds <= HALF_HOUR * SLOT_SECONDS; seconds += 10) {
      canary.push(p95(random, Math.max(1, Math.round(10 * rate * share)), factor))
      stable.push(p95(random, Math.round(10 * rate * (1 - share)), 1))
      if (seconds % 60 === 0 && isHigh(mannWhitney(canary, stable))) return { end: 'returned', seconds, bad: 0 }
    }
    return { end: 'open', seconds: HALF_HOUR * SLOT_SECONDS, bad: 0 }
  },
}

/** T4: latency, over every judge. */
export function latencyCells(runs: number): Row[] {
  return [1, 1.05, 1.2, 1.5].flatMap((factor) =>
    [50, 500].flatMap((rate) =>
      [0.05, 0.25].flatMap((share): Row[] => {
        const cell = `${factor === 1 ? 'against itself' : `+${Math.round(100 * (factor - 1))} %`}, ${cellOf(rate, share)}`
        const traffic = { rate, share, factor }
        const ours = measure(runs, (random) => runOurs(latencyCanary(random, traffic)))
        const peers = Object.entries(latencyPeers).map(([judge, run]) => ({
          cell,
          judge,
          ...measure(judge.startsWith('Kayenta') ? Math.ceil(runs / 4) : runs, (random) => run(random, traffic)),
        }))
        return [{ cell, judge: OURS, ...ours }, ...peers]
      }),
    ),
  )
}
