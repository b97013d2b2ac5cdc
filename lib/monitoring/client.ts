import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/ask'
import type { Page } from '@/lib/paging'
import type { DriftRow, EndpointSeries, SampleRow, TimeRange } from './schema'

const ASK_MS = 5_000
/** Drift and samples move slowly: a minute is their unit. */
const ASK_SLOWLY_MS = 30_000

/** A range as the query of an address; the same text always for the same range. */
function rangeQuery({ range, from, to }: TimeRange): string {
  const query = new URLSearchParams({ range })
  if (from) query.set('from', from)
  if (to) query.set('to', to)
  return query.toString()
}

// react-query stops asking by itself while the page is hidden. A span with an end does not move.
const every = (range: TimeRange, ms: number) => (range.to ? (false as const) : ms)

/** An endpoint's series. */
export function endpointSeriesOptions(endpointId: string, range: TimeRange) {
  const query = rangeQuery(range)
  return queryOptions({
    queryKey: ['endpoint', endpointId, 'series', query],
    queryFn: () => ask<EndpointSeries>(`/api/v1/endpoints/${endpointId}/series?${query}`),
    refetchInterval: every(range, ASK_MS),
  })
}

/** An endpoint's drift. */
export function endpointDriftOptions(endpointId: string, range: TimeRange) {
  const query = rangeQuery(range)
  return queryOptions({
    queryKey: ['endpoint', endpointId, 'drift', query],
    queryFn: () => ask<DriftRow[]>(`/api/v1/endpoints/${endpointId}/drift?${query}`),
    refetchInterval: every(range, ASK_SLOWLY_MS),
  })
}

/** One page of an endpoint's samples. */
export function endpointSamplesOptions(endpointId: string, range: TimeRange, kind: 'all' | 'errors', after: string | null) {
  const query = `${rangeQuery(range)}&kind=${kind}${after ? `&after=${encodeURIComponent(after)}` : ''}`
  return queryOptions({
    queryKey: ['endpoint', endpointId, 'samples', query],
    queryFn: () => ask<Page<SampleRow>>(`/api/v1/endpoints/${endpointId}/samples?${query}`),
    refetchInterval: after ? false : every(range, ASK_SLOWLY_MS),
  })
}
