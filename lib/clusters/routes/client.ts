import { queryOptions } from '@tanstack/react-query'
import { ask } from '@/lib/ask'
import type { RoutesView } from './schema'

/** What else serves on a cluster. It is asked of the cluster each time, so never by itself again. */
export function routesOptions(clusterId: string) {
  return queryOptions({
    queryKey: ['routes', clusterId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => ask<RoutesView>(`/api/v1/clusters/${clusterId}/routes`),
  })
}
