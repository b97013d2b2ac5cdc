import { RANGES, type Span, type TimeRange } from './schema'

/** Steps a chart may have, in ms: each a whole number of the rows it is made from. */
const STEPS = [5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 86_400_000]
const POINTS_MAX = 240

/** From a range and the present time to what is read: fine rows for the last hours, minutes for days, hours beyond. From after to is swapped; the end is at most now. */
export function spanOf(range: TimeRange, now: Date): Span {
  const end = range.to ? Math.min(Date.parse(range.to), now.getTime()) : now.getTime()
  const start = range.from ? Date.parse(range.from) : end - RANGES[range.range] * 1_000
  const [low, high] = start < end ? [start, end] : [end - RANGES[range.range] * 1_000, end]
  const stepMs = STEPS.find((step) => (high - low) / step <= POINTS_MAX) ?? 86_400_000
  const table = stepMs < 60_000 && now.getTime() - low < 47 * 3_600_000 ? 'window_5s' : stepMs < 3_600_000 ? 'window_1m' : 'window_1h'
  const step = table === 'window_5s' ? stepMs : Math.max(stepMs, 60_000)
  return { from: new Date(Math.floor(low / step) * step), to: new Date(high), stepMs: step, table }
}

/** The starts of all steps of a span. */
export function stepsOf(span: Span): number[] {
  const steps: number[] = []
  for (let at = span.from.getTime(); at < span.to.getTime(); at += span.stepMs) steps.push(at)
  return steps
}
