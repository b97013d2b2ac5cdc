import type { Wish } from '@/lib/endpoints/wish'
import { adoptedDue } from './adopted/follow'
import type { Answer } from './answer'
import type { Hand } from './clients'
import { INFERENCE_OF } from './kserve/render'
import type { Held } from './read'
import { type EndpointRecord, taken } from './record'
import { endpointName, LABELS } from './render/names'
import { collectionPath, GATEWAY_API, KSERVE_API, type KubeObject } from './render/object'
import { autoscalersEnded, minima, scaledTo } from './scale'
import type { Serving } from './serving-settings'
import { objectsDue, objectsEnded, objectsFor } from './write-objects'
import { routeFor } from './write-route'

/** An object that would be written, as it is there (null: not there, or of a kind that is not read), and as the API server would store it. */
export interface Tried {
  object: KubeObject
  before: unknown
  answer: Answer<KubeObject>
}

/** What a wish comes to, once its capacity is ready. `objects`: all of it but the route; `tried`: what of it would be written; `ended`: what would be removed. */
export interface Trial {
  objects: KubeObject[]
  tried: Tried[]
  ended: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>[]
}

/** Asks the API server to only try what applying the wish would write: admission and permissions are asked too. Writes nothing. */
export async function tryWish(
  hand: Hand,
  held: Held,
  record: EndpointRecord | null,
  wish: Wish,
  serving: Serving,
  signal: AbortSignal,
): Promise<Trial> {
  const target = taken(record, wish, { blocked: false, at: record?.routed?.at ?? 0 })
  const objects = objectsFor(hand, wish, target, serving)
  const names = new Set(target.held.arms.map((arm) => arm.name))
  const route = routeFor(hand, held.route, held.route?.metadata.name ?? endpointName(target), target, names).object
  const adopted = adoptedDue(hand, held.adopted, target, names)
  const there = await stored(hand, held, wish.endpointId, signal)
  const least = minima(objects)
  const deployments = new Map(held.deployments.map((each) => [each.metadata.name, each]))
  // Replicas under an autoscaler are said beside what is applied, and so beside what is tried.
  const scaled = ({ kind, metadata: { name } }: KubeObject, answer: Answer<KubeObject>): Answer<KubeObject> => {
    const min = kind === 'Deployment' ? least.get(name) : undefined
    if (!answer.ok || min === undefined) return answer
    const spec = { ...(answer.value.spec as object), replicas: scaledTo(deployments.get(name), min) }
    return { ok: true, value: { ...answer.value, spec } }
  }
  const before = ({ kind, metadata }: KubeObject) => there.get(`${kind} ${metadata.name}`) ?? null
  const tried = await Promise.all(
    [...objectsDue(objects, held, true), route, ...adopted].map(async (object): Promise<Tried> => {
      return { object, before: before(object), answer: scaled(object, await hand.client.apply(object, signal, true)) }
    }),
  )
  const ended = [
    ...autoscalersEnded(objects, held.deployments),
    ...objectsEnded(held, target, names, { whole: false, mode: hand.config.mode }),
  ]
  return { objects, tried, ended }
}

/** What is there of the endpoint, whole, by kind and name: what a person is shown the change of. */
async function stored(
  { client, config }: Hand,
  { route, adopted }: Held,
  endpointId: string,
  signal: AbortSignal,
): Promise<Map<string, unknown>> {
  const there = new Map<string, unknown>()
  for (const each of [...(route ? [route] : []), ...adopted])
    there.set(`HTTPRoute ${each.metadata.name}`, { apiVersion: GATEWAY_API, kind: 'HTTPRoute', ...each })
  const read = async (apiVersion: string, kind: string, label: string = LABELS.endpoint) => {
    const path = collectionPath(client.namespace, apiVersion, kind)
    const answer = await client.list<{ metadata: { name: string } }>(path, `${label}=${endpointId}`, signal)
    // Items of a list do not say what they are.
    if (answer.ok) for (const object of answer.value) there.set(`${kind} ${object.metadata.name}`, { apiVersion, kind, ...object })
  }
  await Promise.all([
    read('apps/v1', 'Deployment'),
    read('v1', 'Service'),
    ...(config.mode === 'kserve' ? [read(KSERVE_API, 'InferenceService', INFERENCE_OF)] : []),
  ])
  return there
}
