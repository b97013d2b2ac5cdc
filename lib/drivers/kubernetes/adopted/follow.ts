import { canonicalJson } from '@/lib/endpoints/wish-hash'
import type { Answer } from '../answer'
import type { Hand } from '../clients'
import { Route } from '../observed'
import type { EndpointRecord } from '../record'
import { ANNOTATIONS, LABELS } from '../render/names'
import { GATEWAY_API, type KubeObject } from '../render/object'
import { serverPath } from '../render/render'
import { acceptance } from '../route-facts'
import { runtimeOf } from '../serving-settings'
import { type Adopted, adoptedOf, isLeftAlone, rulesHash, rulesOf } from './adopted'
import { mixedRules } from './mixed'

/** A route that was taken over as it would be written by a record: only its rules, and what it remembers, are ours. */
export function adoptedObject(
  hand: Hand,
  route: Route,
  adopted: Omit<Adopted, 'rules'>,
  { held, routed, model }: EndpointRecord,
  services: ReadonlySet<string>,
): KubeObject {
  const runtime = runtimeOf(hand.settings)
  const rules = mixedRules(adopted, {
    generation: routed?.generation ?? 0,
    observe: routed?.observe ?? null,
    arms: routed?.arms ?? [],
    mirror: routed?.mirror ?? null,
    pins: held.arms.filter(({ name }) => services.has(name)),
    path: runtime ? serverPath(runtime, model) : '/',
  })
  const annotations = { [ANNOTATIONS.adopted]: canonicalJson({ ...adopted, rules: rulesHash(rules) }) }
  const { name, resourceVersion } = route.metadata
  const labels = { [LABELS.endpoint]: adopted.endpointId }
  return {
    apiVersion: GATEWAY_API,
    kind: 'HTTPRoute',
    metadata: { name, namespace: hand.config.namespace, labels, annotations, resourceVersion },
    spec: { rules },
  }
}

/** Those routes that were taken over for an endpoint and do not say what its record does. What another hand changed is left alone. */
export function adoptedDue(hand: Hand, adopted: readonly Route[], record: EndpointRecord, services: ReadonlySet<string>): KubeObject[] {
  return adopted.flatMap((route) => {
    const remembered = adoptedOf(route)
    if (!remembered || isLeftAlone(route)) return []
    const object = adoptedObject(hand, route, remembered, record, services)
    return rulesHash(rulesOf({ spec: object.spec })) === remembered.rules ? [] : [object]
  })
}

/**
 * The wish that need not wait for this route once its share is taken: the one that is routed by now. But one that this route does not follow yet, or that its gateway still
 * looks at, waits for it as before.
 */
export function sinceOf(hand: Hand, route: Route, record: EndpointRecord, services: ReadonlySet<string>): number {
  const before = adoptedOf(route)
  const waits = before && (acceptance(route).kind !== 'accepted' || adoptedDue(hand, [route], record, services).length > 0)
  return waits ? before.since : (record.routed?.generation ?? -1)
}

/** Writes them, each only if it is still the one that was read; all that were taken over are answered, as they now stand. */
export async function followRoutes(
  hand: Hand,
  adopted: readonly Route[],
  due: readonly KubeObject[],
  signal: AbortSignal,
): Promise<Answer<Route[]>> {
  const written = new Map<string, Route>()
  for (const object of due) {
    const answer = await hand.client.apply(object, signal)
    if (!answer.ok) return { ...answer, reason: `HTTPRoute ${object.metadata.name}: ${answer.reason}` }
    written.set(object.metadata.name, Route.parse(answer.value))
  }
  return { ok: true, value: adopted.map((route) => written.get(route.metadata.name) ?? route) }
}
