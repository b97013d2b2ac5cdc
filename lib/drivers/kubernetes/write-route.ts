import { canonicalJson } from '@/lib/endpoints/wish-hash'
import type { Answer } from './answer'
import type { Hand } from './clients'
import { isDrifted, Route, recordOf } from './observed'
import type { EndpointRecord } from './record'
import { ANNOTATIONS, endpointName } from './render/names'
import type { KubeObject } from './render/object'
import { serverPath } from './render/render'
import { renderRoute } from './render/route'
import { acceptance, routeHash } from './route-facts'
import { runtimeOf } from './serving-settings'

/** The route as it would be written for a record. `services`: which versions have a Service, so that the rules may name them. */
export function routeFor(
  hand: Hand,
  there: Route | null,
  name: string,
  record: EndpointRecord,
  services: ReadonlySet<string>,
): { object: KubeObject; record: EndpointRecord } {
  const { gateway, hostname, namespace } = hand.config
  const { held, routed } = record
  const runtime = runtimeOf(hand.settings)
  const object = renderRoute({
    name,
    namespace,
    service: endpointName(record),
    endpoint: record,
    parent: { gateway, hostname },
    serverPath: runtime ? serverPath(runtime, record.model) : '/',
    generation: routed?.generation ?? 0,
    observe: routed?.observe ?? null,
    arms: routed?.arms ?? [],
    mirror: routed?.mirror ?? null,
    pins: held.arms.filter((arm) => services.has(arm.name)),
    removed: held.removed,
  })
  const whole = carried(there, record, routeHash(object.spec))
  const { fence, generation } = held
  const annotations = {
    ...object.metadata.annotations,
    [ANNOTATIONS.record]: canonicalJson(whole),
    [ANNOTATIONS.fence]: String(fence),
    [ANNOTATIONS.generation]: String(generation),
  }
  return { object: { ...object, metadata: { ...object.metadata, annotations } }, record: whole }
}

/**
 * The record beside rules of this hash. Where they differ from what is there, the gateway goes on by what it had accepted until it accepts them: also where only the
 * rule of a pinned arm comes or goes, and no weight moves. Of rules that another hand wrote nothing is known.
 */
export function carried(there: Route | null, record: EndpointRecord, rules: string): EndpointRecord {
  const old = there && recordOf(there)
  if (!there || !old || routeHash(there.spec) === rules) return { ...record, rules }
  if (isDrifted(there, old)) return { ...record, before: null, rules }
  return { ...record, before: acceptance(there).kind === 'accepted' ? old.routed : old.before, rules }
}

/**
 * Writes the route in one update, if it is still the one that was read: weights, fence and generation stand or fall together. `conflict`: somebody was faster.
 * Nothing is written where nothing would change.
 */
export async function writeRoute(hand: Hand, there: Route | null, object: KubeObject, signal: AbortSignal): Promise<Answer<Route>> {
  if (there && isSame(there, object)) return { ok: true, value: there }
  const read = there ? { ok: true as const, value: there } : await makeRoute(hand, object, signal)
  if (!read.ok) return read
  const { resourceVersion } = read.value.metadata
  const answer = await hand.client.apply({ ...object, metadata: { ...object.metadata, resourceVersion } }, signal)
  return answer.ok ? routeOf(answer.value) : answer
}

/** An empty route first, attached to nothing: of two writers only one makes it, and what follows has a version to compare with. */
async function makeRoute(
  hand: Hand,
  { apiVersion, kind, metadata: { name, namespace, labels } }: KubeObject,
  signal: AbortSignal,
): Promise<Answer<Route>> {
  const made = await hand.client.create({ apiVersion, kind, metadata: { name, namespace, labels }, spec: {} }, signal)
  if (made.ok) return routeOf(made.value)
  // What cannot be found when something is made is its namespace.
  return made.kind === 'not-found' ? { ...made, kind: 'invalid' } : made
}

function isSame(there: Route, object: KubeObject): boolean {
  const annotations = Object.entries(object.metadata.annotations ?? {})
  return annotations.every(([key, text]) => there.metadata.annotations[key] === text) && routeHash(there.spec) === routeHash(object.spec)
}

function routeOf(object: unknown): Answer<Route> {
  const route = Route.safeParse(object)
  return route.success
    ? { ok: true, value: route.data }
    : { ok: false, kind: 'unreachable', reason: 'What answers there is no API server: it does not say what it stored.' }
}
