import { formatDuration } from '@/lib/format'

/** A time on the way back: tenths of a second count below ten. */
export function secondsWord(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000
  return seconds < 10 ? `${seconds.toFixed(1)} s` : formatDuration(seconds)
}
