import { formatMs } from '@/lib/format'

/** The latency of the last five minutes: nothing counted is no data, and what cannot be read is told as such. */
export function p95Word({ p95, unreadable }: { p95: number | null; unreadable: string | null }): string {
  if (p95 !== null) return formatMs(p95)
  return unreadable === null ? 'no data' : 'unreadable'
}
