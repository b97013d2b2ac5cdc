import { KEY_BUCKETS } from '@/lib/monitoring/flush'
import { unitHash } from './hash'
import type { Series } from './router'

/** What is known of a request beside how it ended: its key's bucket (-1: no key), its segment, its bins. null of the whole: nothing is counted of it. */
export interface Seen {
  readonly bucket: number
  readonly segment: Series | null
  readonly bins: readonly number[] | null
}

/** What the request itself tells, before it is sent on: its routing key and the name of its segment. Costs nothing where it has no key and nothing is declared. */
export function seenOf(series: Series, key: string | undefined, name: string | string[] | undefined): Seen | null {
  if (series.role === 'pinned' || (key === undefined && series.observed === null)) return null
  // Another hash than the one that assigns it: the candidate's keys would all be in the lowest buckets.
  const bucket = key === undefined ? -1 : Math.floor(unitHash('bucket', key) * KEY_BUCKETS)
  const segment = typeof name === 'string' ? (series.observed?.named.get(name) ?? null) : null
  return { bucket, segment, bins: null }
}

/** Adds what the model server read off the request, if it counted for this arm's wish. */
export function withObserved(series: Series, seen: Seen | null, header: string | null): Seen | null {
  if (series.observed === null || header === null || seen === null) return seen
  const [key, segment, bins = ''] = header.split(';')
  const { observe, segments } = series.observed
  if (key !== observe.key) return seen
  return {
    bucket: seen.bucket,
    segment: seen.segment ?? segments.get(Number(segment)) ?? null,
    bins: observe.features.length > 0 ? bins.split(',').map(Number) : null,
  }
}
