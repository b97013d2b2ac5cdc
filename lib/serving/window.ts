import { createSketch, type LatencySketch, mergeSketch, record } from '@/lib/analysis/sketch'
import { sketchToPairs } from '@/lib/analysis/sketch-codec'
import { KEY_BUCKETS, type WindowRow } from '@/lib/monitoring/flush'
import type { Observed, Series } from './router'

/** How a request ended for the arm it was assigned to. `fallback` is bad too: another version answered. */
export type Outcome = 'good' | 'bad' | 'fallback' | 'client-error' | 'shed' | 'aborted'

/** Cumulative counts of one series and generation in one slot. */
export class Window {
  n = 0
  bad = 0
  clientErrors = 0
  shed = 0
  aborted = 0
  fallback = 0
  latencySumMs = 0
  latencyMaxMs = 0
  /** All that was ever counted here, and how much of it the other side has. */
  total = 0
  acknowledged = 0
  spooled = 0
  readonly sketch: LatencySketch = createSketch()
  /** Requests per bin of the features that the rollout compares; null: none yet. */
  bins: number[] | null = null
  /** Requests and then bad requests per bucket of routing keys; null: none came with a key. */
  keys: number[] | null = null

  constructor(
    readonly series: Series,
    public slot: number,
  ) {}

  /** `ms`: until the client's answer; `timeout` counts it as slower than every threshold. */
  count(outcome: Outcome, ms: number, timeout: boolean): void {
    this.total += 1
    if (outcome === 'client-error') this.clientErrors += 1
    else if (outcome === 'shed') this.shed += 1
    else if (outcome === 'aborted') this.aborted += 1
    else {
      this.n += 1
      if (outcome !== 'good') this.bad += 1
      if (outcome === 'fallback') this.fallback += 1
      this.latencySumMs += ms
      this.latencyMaxMs = Math.max(this.latencyMaxMs, ms)
      record(this.sketch, timeout ? Number.POSITIVE_INFINITY : ms)
    }
  }

  /** Counts what a request looked like: its bin of each compared feature, -1 where it is not known. */
  countBins(observed: Observed, bins: readonly number[]): void {
    this.bins ??= new Array<number>(observed.bins).fill(0)
    let from = 0
    observed.observe.features.forEach(({ edges }, i) => {
      const bin = bins[i] ?? -1
      if (bin >= 0 && bin < edges.length + 2) (this.bins as number[])[from + bin] += 1
      from += edges.length + 2
    })
  }

  /** Counts a request that came with a routing key. */
  countKey(bucket: number, bad: boolean): void {
    this.keys ??= new Array<number>(2 * KEY_BUCKETS).fill(0)
    this.keys[bucket] += 1
    if (bad) this.keys[KEY_BUCKETS + bucket] += 1
  }

  /** Takes over an older window's counts of the same series. */
  absorb(older: Window): void {
    for (const field of ['n', 'bad', 'clientErrors', 'shed', 'aborted', 'fallback', 'latencySumMs', 'total'] as const)
      this[field] += older[field]
    this.latencyMaxMs = Math.max(this.latencyMaxMs, older.latencyMaxMs)
    mergeSketch(this.sketch, older.sketch)
    this.bins = sumOf(this.bins, older.bins)
    this.keys = sumOf(this.keys, older.keys)
  }

  row(): WindowRow {
    const { endpointId, versionId, role, generation, labelRate, segment } = this.series
    const { slot, n, bad, clientErrors, shed, aborted, fallback, latencySumMs, latencyMaxMs } = this
    const counts = { n, bad, clientErrors, shed, aborted, fallback, latencySumMs, latencyMaxMs }
    const more = { ...(this.bins ? { bins: [...this.bins] } : {}), ...(this.keys ? { keys: [...this.keys] } : {}) }
    return { endpointId, versionId, role, segment, slot, generation, ...counts, latency: sketchToPairs(this.sketch), labelRate, ...more }
  }
}

function sumOf(a: number[] | null, b: number[] | null): number[] | null {
  if (!a || !b) return a ?? b
  return a.map((count, i) => count + (b[i] ?? 0))
}
