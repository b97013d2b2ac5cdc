import { createSketch, type LatencySketch, mergeSketch, record } from '@/lib/analysis/sketch'
import { sketchToPairs } from '@/lib/analysis/sketch-codec'
import type { WindowRow } from '@/lib/monitoring/flush'
import type { Series } from './router'

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

  /** Takes over an older window's counts of the same series. */
  absorb(older: Window): void {
    for (const field of ['n', 'bad', 'clientErrors', 'shed', 'aborted', 'fallback', 'latencySumMs', 'total'] as const)
      this[field] += older[field]
    this.latencyMaxMs = Math.max(this.latencyMaxMs, older.latencyMaxMs)
    mergeSketch(this.sketch, older.sketch)
  }

  row(): WindowRow {
    const { endpointId, versionId, role, generation, labelRate } = this.series
    const { slot, n, bad, clientErrors, shed, aborted, fallback, latencySumMs, latencyMaxMs } = this
    const counts = { n, bad, clientErrors, shed, aborted, fallback, latencySumMs, latencyMaxMs }
    return { endpointId, versionId, role, segment: 0, slot, generation, ...counts, latency: sketchToPairs(this.sketch), labelRate }
  }
}
