import { RANGES } from './ranges'
import type { Span, TimeRange } from './schema'

/** Steps a chart may have, in ms: each a whole number of the rows it is made from. */
const STEPS = [5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 86_400_000]
const DAY_MS = 86_400_000
const POINTS_MAX = 240
/** Nothing older is kept: a wider question is cut to this. */
const OLDEST_MS = 400 * DAY_MS
/** 5 s rows are dropped after two days; an hour less is certain. */
const FINE_MS = 47 * 3_600_000

/**
 * From a range and the present time to what is read: fine rows for the last hours, minutes for days, hours beyond. Ends that are swapped are put in order; the span ends at
 * most now, begins at most 400 days ago, and is never empty.
 */
export function spanOf(range: TimeRange, now: Date): Span {
  const oldest = now.getTime() - OLDEST_MS
  const within = (at: number) => Math.min(now.getTime(), Math.max(oldest, at))
  const width = RANGES[range.range] * 1_000
  const end = within(range.to ? Date.parse(range.to) : now.getTime())
  const start = within(range.from ? Date.parse(range.from) : end - width)
  const low = start === end ? Math.max(oldest, end - width) : Math.min(start, end)
  const high = Math.max(start, end, low + STEPS[0])
  const fits = STEPS.find((step) => (high - low) / step <= POINTS_MAX) ?? 2 * DAY_MS
  const table = fits < 60_000 && now.getTime() - low < FINE_MS ? 'window_5s' : fits < 3_600_000 ? 'window_1m' : 'window_1h'
  const stepMs = table === 'window_5s' ? fits : Math.max(fits, 60_000)
  return { from: new Date(Math.floor(low / stepMs) * stepMs), to: new Date(high), stepMs, table }
}

/** The starts of all steps of a span. */
export function stepsOf(span: Span): number[] {
  const steps: number[] = []
  for (let at = span.from.getTime(); at < span.to.getTime(); at += span.stepMs) steps.push(at)
  return steps
}

/** Which rows a span is read from: rolled-up ones as far as they were rolled (ms since epoch, null: never), finer ones for the rest. Parts do not overlap. */
export function partsOf(
  span: Span,
  rolled: { minute: number | null; hour: number | null },
): { table: Span['table']; from: Date; to: Date }[] {
  const [low, high] = [span.from.getTime(), span.to.getTime()]
  const upTo = (at: number | null, least: number) => Math.min(high, Math.max(least, at ?? least))
  const hours = span.table === 'window_1h' ? upTo(rolled.hour, low) : low
  const minutes = span.table === 'window_5s' ? low : upTo(rolled.minute, hours)
  return [
    { table: 'window_1h' as const, from: low, to: hours },
    { table: 'window_1m' as const, from: hours, to: minutes },
    { table: 'window_5s' as const, from: minutes, to: high },
  ]
    .filter((part) => part.from < part.to)
    .map((part) => ({ table: part.table, from: new Date(part.from), to: new Date(part.to) }))
}
