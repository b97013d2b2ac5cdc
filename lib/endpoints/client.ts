import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/ask'
import type { LogsView } from './view-schema'

/** The last log lines of an endpoint's clusters; asked for by a person, never by itself. */
export function logsOptions(endpointId: string) {
  return queryOptions({
    queryKey: ['logs', endpointId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => ask<LogsView>(`/api/v1/endpoints/${endpointId}/logs`),
  })
}
