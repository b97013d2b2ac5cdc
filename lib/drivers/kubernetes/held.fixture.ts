import type { Wish } from '@/lib/endpoints/wish'
import { Deployment, Route, type Seen } from './observed'
import { type EndpointRecord, taken } from './record'
import { renderRoute } from './render/route'
import { Pod } from './replicas'
import { routeHash } from './route-facts'
import { carried } from './write-route'

const parent = { gateway: { name: 'public', namespace: 'gateways' }, hostname: null }
/** What a gateway says of a route that it routes by. */
export const ACCEPTED = [
  { type: 'Accepted', status: 'True', observedGeneration: 7 },
  { type: 'ResolvedRefs', status: 'True', observedGeneration: 7 },
]

export function specOf(record: EndpointRecord) {
  const arms = record.routed?.arms ?? []
  const pins = record.held.arms
  return renderRoute({
    name: 'r',
    service: 's',
    namespace: 'n',
    endpoint: record,
    parent,
    serverPath: '/x',
    generation: record.routed?.generation ?? 0,
    observe: null,
    arms,
    mirror: null,
    pins,
    removed: false,
  }).spec
}

export function routeWith(record: EndpointRecord, conditions: object[]): Route {
  const managedFields = [{ manager: 'gateway', subresource: 'status', time: '1970-01-01T00:00:01Z' }]
  const metadata = { name: 'r', generation: 7, managedFields, annotations: { 'slipway.dev/record': JSON.stringify(record) } }
  const status = { parents: [{ parentRef: { name: 'public', namespace: 'gateways' }, conditions }] }
  return Route.parse({ metadata, spec: specOf(record), status })
}

/** What a cluster holds after these wishes, one after another: the gateway has accepted all before the last, and says `conditions` of that one. `blocked`: the last waits. */
export function heldAfter(wishes: Wish[], conditions: object[] = ACCEPTED, blocked = false): Seen {
  const record = wishes.reduce<EndpointRecord | null>((before, wish, i) => {
    const next = taken(before, wish, { blocked: blocked && i === wishes.length - 1, at: 1_000 * (i + 1) })
    return carried(before && routeWith(before, ACCEPTED), next, routeHash(specOf(next)))
  }, null)
  if (!record) throw new Error('No wish was given.')
  const pods = (record.routed?.arms ?? []).flatMap((arm) => Array.from({ length: arm.replicas }, (_, i) => podOf(arm, i)))
  const deployments = record.held.arms.map(({ name }) => Deployment.parse({ metadata: { name }, spec: {} }))
  return { route: routeWith(record, conditions), adopted: [], record, deployments, pods }
}

export function podOf(
  arm: { name: string; versionId: string; config: string },
  i: number,
  conditions: object[] = [{ type: 'Ready', status: 'True' }],
): Pod {
  const labels = { 'slipway.dev/version': arm.versionId, 'slipway.dev/config': arm.config }
  return Pod.parse({ metadata: { name: `${arm.name}-${i}`, labels }, status: { conditions } })
}
