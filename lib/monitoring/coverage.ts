import { pool } from '@/lib/db'
import type { Span } from './schema'

/** A source is first seen at its first flush, which tells of up to this long before. */
const FIRST_FLUSH_MS = 5_000

/** How many ms between two times some source that counts the endpoint had reported on: what lies outside is not known, not zero. */
export async function coverageOf(endpointId: string, span: Span): Promise<(low: number, high: number) => number> {
  const { rows } = await pool().query<{ low: Date; high: Date }>(
    `select first_seen_at as low, watermark as high from telemetry.endpoint_source
     where endpoint_id = $1 and watermark >= $2 and first_seen_at < $3 order by first_seen_at`,
    [endpointId, span.from, span.to],
  )
  const known = unite(rows.map((row) => [row.low.getTime() - FIRST_FLUSH_MS, row.high.getTime()]))
  return (low, high) => known.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to + 1, high) - Math.max(from, low)), 0)
}

/** Intervals in order of their beginning, those that touch made one. */
function unite(intervals: [number, number][]): [number, number][] {
  const united: [number, number][] = []
  for (const [low, high] of intervals.sort((a, b) => a[0] - b[0])) {
    const last = united.at(-1)
    if (last && low <= last[1]) last[1] = Math.max(last[1], high)
    else united.push([low, high])
  }
  return united
}
