import * as z from 'zod'
import { isAdopted } from './adopted/adopted'
import type { Answer } from './answer'
import type { Hand } from './clients'
import { Deployment, Route } from './observed'
import { LABELS } from './render/names'
import { collectionPath, GATEWAY_API, objectPath } from './render/object'
import { Pod } from './replicas'

export const NO_GATEWAY_API =
  'The cluster has no Gateway API (HTTPRoute of gateway.networking.k8s.io/v1): install it together with a gateway.'

/** One endpoint: its route (null: there is none) and what runs of it. `adopted`: routes that were taken over for it; `services`: its own and its versions'. */
export interface Held {
  route: Route | null
  adopted: Route[]
  deployments: Deployment[]
  services: Service[]
  pods: Pod[]
}

const Texts = z.record(z.string(), z.string()).default({})
export const Service = z.object({ metadata: z.object({ name: z.string(), labels: Texts, annotations: Texts }), spec: z.unknown() })
export type Service = z.output<typeof Service>

/** One endpoint, in four calls side by side. */
export async function readEndpoint({ client }: Hand, endpointId: string, signal: AbortSignal): Promise<Answer<Held>> {
  const selector = `${LABELS.endpoint}=${endpointId}`
  const of = (apiVersion: string, kind: string) =>
    client.list<unknown>(collectionPath(client.namespace, apiVersion, kind), selector, signal)
  const [routes, deployments, services, pods] = await Promise.all([
    of(GATEWAY_API, 'HTTPRoute'),
    of('apps/v1', 'Deployment'),
    of('v1', 'Service'),
    client.list<unknown>(podsPath(client.namespace), selector, signal),
  ])
  if (!routes.ok) return routes.kind === 'not-served' ? { ...routes, reason: NO_GATEWAY_API } : routes
  for (const answer of [deployments, services, pods]) if (!answer.ok) return answer
  const read = <S extends z.ZodType>(schema: S, answer: Answer<unknown[]>) => (answer.ok ? known(schema, answer.value) : [])
  const all = read(Route, routes)
  return {
    ok: true,
    value: {
      route: all.find((route) => !isAdopted(route)) ?? null,
      adopted: all.filter(isAdopted),
      deployments: read(Deployment, deployments),
      services: services.ok ? ownServices(services.value) : [],
      pods: read(Pod, pods),
    },
  }
}

/** KServe gives its own Services the labels of ours, and the name of the version beside. */
export function ownServices(items: readonly unknown[]): Service[] {
  return known(Service, items).filter(({ metadata }) => !(LABELS.name in metadata.labels))
}

export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`
}

export function routePath(namespace: string, name: string): string {
  return objectPath(namespace, { apiVersion: GATEWAY_API, kind: 'HTTPRoute', metadata: { name } })
}

/** Each for itself: an object that we do not understand hides no other. */
export function known<S extends z.ZodType>(schema: S, items: readonly unknown[]): z.output<S>[] {
  return items.flatMap((item) => {
    const parsed = schema.safeParse(item)
    return parsed.success ? [parsed.data] : []
  })
}
