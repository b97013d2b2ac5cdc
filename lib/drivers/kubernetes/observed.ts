import * as z from 'zod'
import type { ObservedArm, ObservedEndpoint, Replica } from '@/lib/endpoints/wish'
import { LEAP } from '@/lib/serving/hand'
import { isAwaited, isLeftAlone, leftAloneWords } from './adopted/adopted'
import type { Service } from './read'
import { EndpointRecord, type RecordArm, type Routed } from './record'
import { ANNOTATIONS, endpointName, LABELS } from './render/names'
import { holdsConfig, isReady, type Pod, replicaOf } from './replicas'
import { acceptedAll, routeHash, routeWeights } from './route-facts'
import { isAutoscaled, scaledTo } from './scale'
import { serviceFault } from './service-hand'
import { ManagedFields, templateHand } from './template-hand'

/** What is read of an HTTPRoute. `status` is a gateway's, who may say anything. */
export const Route = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    resourceVersion: z.string().default(''),
    generation: z.number().optional(),
    deletionTimestamp: z.string().nullish(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    managedFields: z.array(ManagedFields).default([]),
  }),
  spec: z.unknown(),
  status: z.looseObject({ parents: z.unknown() }).partial().optional(),
})
export type Route = z.output<typeof Route>

/** A Deployment by its version's name, also where KServe made it and called it otherwise. */
export const Deployment = z.object({
  metadata: z
    .object({
      name: z.string(),
      labels: z.record(z.string(), z.string()).default({}),
      annotations: z.record(z.string(), z.string()).default({}),
      managedFields: z.array(ManagedFields).default([]),
    })
    .transform((metadata) => ({ ...metadata, name: metadata.labels[LABELS.name] ?? metadata.name })),
  spec: z.object({ replicas: z.number().default(1) }),
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().default('') })).default([]) })
    .prefault({}),
})
export type Deployment = z.output<typeof Deployment>

/** An endpoint as a cluster holds it. */
export interface Seen {
  route: Route
  /** Routes that were taken over for it. */
  adopted: readonly Route[]
  record: EndpointRecord
  deployments: readonly Deployment[]
  pods: readonly Pod[]
  /** What Services there are, by name; null: not known now. */
  services?: ReadonlyMap<string, Service> | null
  /** Why versions do not run, by their names, where somebody else is to run them. */
  troubles?: ReadonlyMap<string, string>
}

/** The record in a route's annotation; null: none was written yet. Throws for one that cannot be read. */
export function recordOf(route: Route): EndpointRecord | null {
  const text = route.metadata.annotations[ANNOTATIONS.record]
  return text === undefined ? null : EndpointRecord.parse(JSON.parse(text))
}

/** Whether another hand changed the rules after we wrote them. */
export function isDrifted(route: Route, record: EndpointRecord): boolean {
  return record.rules !== '' && routeHash(route.spec) !== record.rules
}

/**
 * The pair by which an endpoint is held. Rules that another hand changed stand above ours by a leap, as a return by hand does on a local cluster: no
 * engine writes over them until a person has answered.
 */
export function heldPair(route: Route, record: EndpointRecord, drifted = isDrifted(route, record)) {
  const { fence, generation, hash, removed } = record.held
  return drifted
    ? { fence: fence + LEAP, generation: generation + 1, hash: routeHash(route.spec), removed: false }
    : { fence, generation, hash, removed }
}

/** Replicas of an arm that hold what it must hold and can answer. */
export function readyOf(arm: Pick<RecordArm, 'versionId' | 'config'>, pods: readonly Pod[]): number {
  return pods.filter((pod) => pod.metadata.labels[LABELS.version] === arm.versionId && holdsConfig(pod, arm.config) && isReady(pod)).length
}

/** The endpoint in the words that every driver speaks. */
export function observedOf(seen: Seen): ObservedEndpoint {
  const { route, record } = seen
  const { endpointId, held } = record
  const drifted = isDrifted(route, record)
  const pair = heldPair(route, record, drifted)
  const whole = isWhole(seen)
  if (held.removed && !drifted && whole)
    return {
      endpointId,
      ...pairOf(pair),
      wishHash: held.hash,
      acknowledgedAt: record.routed?.at ?? 0,
      arms: [],
      removed: true,
      byHand: null,
    }
  const followed = seen.adopted.filter((each) => !isLeftAlone(each))
  const awaited = [route, ...followed.filter((each) => isAwaited(each, record.routed?.generation ?? -1))]
  const routed = acceptedAll(awaited).kind === 'accepted' ? record.routed : record.before
  const known = [...held.arms, ...(record.routed?.arms ?? []), ...(record.before?.arms ?? [])]
  const weights = drifted ? routeWeights(route.spec, known) : new Map(routed?.arms.map((arm) => [arm.versionId, arm.weight]))
  const rest = (routed?.arms ?? []).filter((arm) => !held.arms.some(({ versionId }) => versionId === arm.versionId))
  // By these weights it is routed; but as long as something that the wish asks for is not there, no wish is acknowledged, and the engine applies it again.
  const acknowledged = whole || routed?.generation !== held.generation ? routed : null
  const accepted = acceptedAll([route, ...followed])
  const refused = accepted.kind === 'refused' && !drifted ? [`The gateway does not take the route: ${accepted.reason}`] : []
  const told = [...refused, ...seen.adopted.filter(isLeftAlone).map(leftAloneWords)]
  return {
    endpointId,
    fence: pair.fence,
    generation: drifted ? pair.generation : (acknowledged?.generation ?? -1),
    wishHash: drifted ? pair.hash : (acknowledged?.hash ?? ''),
    acknowledgedAt: acknowledgedAt(awaited, record, routed),
    arms: [...held.arms, ...rest].map((arm) => observedArm(arm, weights.get(arm.versionId) ?? 0, seen, told)),
    removed: false,
    byHand: drifted ? { at: changedAt(route) } : null,
  }
}

/** All that the wish asks for was written, and no hand has taken a version's Deployment away since, changed what its pods run, or where a Service leads. */
function isWhole(seen: Seen): boolean {
  const { deployments, record } = seen
  const { held } = record
  if (isLedAstray(seen)) return false
  const ours = new Set(deployments.filter((each) => templateHand(each) === null).map(({ metadata }) => metadata.name))
  return held.written && held.arms.every((arm) => ours.has(arm.name))
}

/** Whether one of the Services that it is reached by (its own, and one of each version) is known to be gone, or to lead elsewhere. */
export function isLedAstray(seen: Seen): boolean {
  const { record } = seen
  return [endpointName(record), ...record.held.arms.map(({ name }) => name)].some((name) => faultOf(seen, name))
}

/** While a wish is being written its Services need not be there. */
function faultOf({ services, record: { held } }: Seen, name: string): string | null {
  return services && held.written && !held.removed ? serviceFault(name, services.get(name)) : null
}

function pairOf({ fence, generation }: { fence: number; generation: number }) {
  return { fence, generation }
}

function observedArm(arm: RecordArm, weight: number, seen: Seen, told: readonly string[]): ObservedArm {
  const { deployments, pods, troubles } = seen
  const own = pods.filter((pod) => pod.metadata.labels[LABELS.version] === arm.versionId)
  const replicas = own.map(replicaOf).sort((a, b) => (a.id < b.id ? -1 : 1))
  const deployment = deployments.find(({ metadata }) => metadata.name === arm.name)
  const failure = deployment?.status.conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
  const trouble = failure?.message ?? troubles?.get(arm.name)
  const other = deployment && templateHand(deployment)
  const stuck = [
    ...(trouble ? [waiting(arm.name, trouble)] : []),
    ...(other ? [waiting(arm.name, `${other.manager} changed what these pods run: Slipway puts it back.`)] : []),
    ...[endpointName(seen.record), arm.name].flatMap((name) => faultOf(seen, name) ?? []).map((fault) => waiting('service', fault)),
    ...told.map((reason) => waiting('route', reason)),
  ]
  const { versionId, role } = arm
  // What an autoscaler wants is never less than what the wish does.
  const wanted = deployment && isAutoscaled(deployment) ? scaledTo(deployment, arm.replicas) : arm.replicas
  return { versionId, role, weight, ready: readyOf(arm, pods), wanted, replicas: [...replicas, ...stuck] }
}

/** What has no pod of its own to say so: pods that may not be made, a route that is not taken. */
function waiting(id: string, reason: string): Replica {
  return { id, state: 'backing-off', restarts: 0, cpu: null, memoryBytes: null, lastExit: null, reason: reason.slice(0, 500) }
}

/** Since when the gateway routes by it: when its rules were written, or when the gateway last wrote that it takes them. Kubernetes counts whole seconds. */
function acknowledgedAt(routes: readonly Route[], record: EndpointRecord, routed: Routed | null): number {
  if (!routed || routed !== record.routed) return routed?.at ?? 0
  const fields = routes.flatMap(({ metadata }) => metadata.managedFields)
  const said = fields.filter(({ subresource }) => subresource === 'status').map(({ time }) => Date.parse(time ?? ''))
  return Math.max(routed.at, ...said.filter(Number.isFinite))
}

/** When another hand last wrote to the route. */
function changedAt(route: Route): number {
  const times = route.metadata.managedFields
    .filter(({ subresource, manager, operation }) => subresource === '' && !(manager === 'slipway' && operation === 'Apply'))
    .map(({ time }) => Date.parse(time ?? ''))
  return Math.max(0, ...times.filter(Number.isFinite))
}
