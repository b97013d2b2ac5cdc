import type { Hand } from '../clients'
import { Route } from '../observed'
import { NO_GATEWAY_API } from '../read'
import { collectionPath, GATEWAY_API } from '../render/object'
import type { Surroundings } from './obstacles'
import { ForeignDeployment, ForeignService } from './parts'

/** All routes of the namespace, and what may be behind them, in three calls side by side; a text: why they could not be read. */
export async function readAround({ client, config }: Hand, signal: AbortSignal): Promise<(Surroundings & { routes: Route[] }) | string> {
  const list = (apiVersion: string, kind: string) => client.list<unknown>(collectionPath(client.namespace, apiVersion, kind), '', signal)
  const [routes, services, deployments] = await Promise.all([
    list(GATEWAY_API, 'HTTPRoute'),
    list('v1', 'Service'),
    list('apps/v1', 'Deployment'),
  ])
  if (!routes.ok) return routes.kind === 'not-served' ? NO_GATEWAY_API : routes.reason
  if (!services.ok) return services.reason
  if (!deployments.ok) return deployments.reason
  const named = services.value.flatMap((each) => ForeignService.safeParse(each).data ?? [])
  return {
    config,
    routes: routes.value.flatMap((each) => Route.safeParse(each).data ?? []),
    services: new Map(named.map((service) => [service.metadata.name, service])),
    deployments: deployments.value.flatMap((each) => ForeignDeployment.safeParse(each).data ?? []),
  }
}
