import { randomUUID } from 'node:crypto'
import type { Flush, PredictionRow, SampleRow } from '@/lib/monitoring/flush'
import type { CorrectedClock } from './clock'
import { FeatureBook } from './feature-book'
import { unitHash } from './hash'
import type { BinRow } from './model-server/protocol'
import type { Series } from './router'
import { RowQueue } from './row-queue'
import type { Seen } from './seen'
import type { Outcome, Window } from './window'
import { WindowBook } from './window-book'

/** Rows in one flush, well below what the ingest takes. All windows fit always: the book folds them. */
const LIMITS = { features: 4_000, predictions: 5_000, samples: 1_000 }

/** A flush to send, and what to do when it has arrived or has not. */
interface Batch {
  flush: Flush
  /** More is waiting than fitted. */
  more: boolean
  arrived(): void
  lost(): void
}

/** Everything one gateway boot has counted and the web has not acknowledged: one source. */
export class Telemetry {
  readonly boot = randomUUID()
  readonly windows = new WindowBook()
  readonly features = new FeatureBook()
  readonly predictions = new RowQueue<PredictionRow>(100_000)
  readonly samples = new RowQueue<SampleRow>(5_000)
  #watermark = 0

  #only: string | undefined

  constructor(readonly clock: CorrectedClock) {}

  /** From now on this source says that it counts one endpoint: its silence then keeps no other waiting. */
  countsOnly(endpointId: string): void {
    this.#only = endpointId
  }

  /** Counts a request that has ended now for the arm it was assigned to; with what is known of it beside, also in its segment. */
  count(series: Series, outcome: Outcome, ms: number, timeout = false, seen: Seen | null = null): void {
    const now = this.clock.now()
    const window = this.windows.count(series, now, outcome, ms, timeout)
    if (seen === null || (outcome !== 'good' && outcome !== 'bad' && outcome !== 'fallback')) return
    if (seen.bins && series.observed) window.countBins(series.observed, seen.bins)
    if (seen.bucket >= 0) window.countKey(seen.bucket, outcome !== 'good')
    if (seen.segment) this.windows.count(seen.segment, now, outcome, ms, timeout)
  }

  /** Whether a request's prediction is kept for its label: its id falls into the endpoint's rate, the same for both arms. */
  keeps(series: Series, id: string): boolean {
    return series.role !== 'pinned' && unitHash('label', id) < series.labelRate
  }

  predict(series: Series, id: string, score: number | null, positive: boolean, segment = 0): void {
    const { endpointId, versionId, role, generation } = series
    this.predictions.push({ endpointId, versionId, role, segment, id, generation, score, positive })
  }

  sample(series: Series, row: Omit<SampleRow, 'endpointId' | 'versionId' | 'role' | 'segment'>): void {
    const { endpointId, versionId, role } = series
    this.samples.push({ endpointId, versionId, role, segment: 0, ...row })
  }

  bins(endpointId: string, versionId: string, baselineId: string, rows: readonly BinRow[]): void {
    this.features.add(endpointId, versionId, baselineId, rows, this.clock.now())
  }

  /**
   * Takes what has changed since it last arrived. The watermark says up to when every count is in this flush or an earlier one.
   * With `endpointId` only that endpoint's rows are taken and the watermark stays.
   */
  take(final = false, endpointId?: string): Batch {
    const now = this.clock.now()
    const windows = this.windows.pending().filter((window) => !endpointId || window.series.endpointId === endpointId)
    const features = this.features.take(LIMITS.features, endpointId)
    const predictions = this.predictions.peek(LIMITS.predictions, endpointId)
    const samples = this.samples.peek(LIMITS.samples, endpointId)
    const totals = windows.map((window) => window.total)
    const reached = endpointId ? this.#watermark || now : now
    const more = !endpointId && (this.predictions.size > predictions.length || this.samples.size > samples.length)
    return {
      flush: {
        ...this.#source(),
        watermark: reached,
        final: final && !more,
        windows: windows.map((window) => window.row()),
        features,
        predictions,
        samples,
      },
      more,
      arrived: () => {
        windows.forEach((window: Window, i) => {
          window.acknowledged = totals[i]
        })
        this.predictions.remove(predictions)
        this.samples.remove(samples)
        this.windows.release(now)
        this.features.release(now)
        this.#watermark = reached
      },
      lost: () => this.features.giveBack(features),
    }
  }

  /** What has changed since it was last spooled, as a flush to be sent after a restart; null when nothing has. */
  takeUnspooled(): Flush | null {
    const windows = this.windows.pending(true)
    const features = this.features.takeUnspooled(LIMITS.features)
    const predictions = this.predictions.takeUnspooled(LIMITS.predictions)
    const samples = this.samples.takeUnspooled(LIMITS.samples)
    if (windows.length + features.length + predictions.length + samples.length === 0) return null
    for (const window of windows) window.spooled = window.total
    return {
      ...this.#source(),
      watermark: this.clock.now(),
      final: false,
      windows: windows.map((window) => window.row()),
      features,
      predictions,
      samples,
    }
  }

  #source() {
    return { boot: this.boot, ...(this.#only === undefined ? {} : { endpointId: this.#only }) }
  }

  /** What is on disk is thrown away: everything that waits must be written again. */
  forgetSpooled(): void {
    for (const window of this.windows.pending()) window.spooled = 0
    this.features.forgetSpooled()
    this.predictions.forgetSpooled()
    this.samples.forgetSpooled()
  }

  /** The clock has just learnt by how much it was wrong: what was counted by it moves along. What is on disk is not right any more. */
  shift(ms: number): void {
    this.windows.shift(ms)
    this.features.shift(ms)
  }

  /** Endpoints that have something to send. */
  waiting(): Set<string> {
    const rows = [...this.predictions.peek(Number.MAX_SAFE_INTEGER), ...this.samples.peek(Number.MAX_SAFE_INTEGER)]
    return new Set([...this.windows.pending().map((window) => window.series.endpointId), ...rows.map((row) => row.endpointId)])
  }

  /** Forgets what the web refuses for good. Returns how many requests that were. */
  drop(endpointId: string): number {
    this.features.drop(endpointId)
    this.predictions.drop(endpointId)
    this.samples.drop(endpointId)
    return this.windows.drop(endpointId)
  }
}
