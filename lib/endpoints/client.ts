import { queryOptions } from '@tanstack/react-query'
import type { LogsView } from './view-schema'

/** The last log lines of an endpoint's clusters; asked for by a person, never by itself. */
export function logsOptions(endpointId: string) {
  return queryOptions({
    queryKey: ['logs', endpointId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<LogsView> => {
      const answer = await fetch(`/api/v1/endpoints/${endpointId}/logs`)
      const body: unknown = await answer.json()
      if (!answer.ok)
        throw new Error(
          body && typeof body === 'object' && 'detail' in body ? String(body.detail) : `The server answered ${answer.status}.`,
        )
      return body as LogsView
    },
  })
}
