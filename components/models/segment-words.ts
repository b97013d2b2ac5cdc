import { formatCount } from '@/lib/format'
import type { Segment } from '@/lib/models/schema'

/** Which requests lie in a segment: "DISTANCE from 500, below 1,000". */
export function segmentRange({ name, feature, from, to }: Segment): string {
  if (feature === undefined) return `those that come with the header x-slipway-segment: ${name}`
  const bounds = [from === undefined ? '' : `from ${from}`, to === undefined ? '' : `below ${to}`].filter(Boolean)
  return bounds.length === 0 ? `${feature}, whatever its value` : `${feature} ${bounds.join(', ')}`
}

/** From when on it is judged by itself. */
export function segmentMinimum({ minRequests }: Segment): string {
  return `judged by itself from ${formatCount(minRequests)} requests to next on`
}
