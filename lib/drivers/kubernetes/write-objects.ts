import type { Wish } from '@/lib/endpoints/wish'
import type { Answer, Failure } from './answer'
import type { Hand } from './clients'
import type { KubernetesConfig } from './config'
import { inferenceName, runOf, withInferenceServices } from './kserve/render'
import type { Held } from './read'
import type { EndpointRecord } from './record'
import { ANNOTATIONS, endpointName } from './render/names'
import { KSERVE_API, type KubeObject } from './render/object'
import { renderObjects, renderService } from './render/render'
import { autoscaler, autoscalersEnded, isAutoscaled, minima, scaledTo, scalesDue, writeScales } from './scale'
import { isAstray, leadingPatch } from './service-hand'
import type { Serving } from './serving-settings'
import { restoringPatch, templateHand } from './template-hand'

type Ended = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>

/** What a version has beside what runs it. */
const PARTS: [string, string][] = [
  ['v1', 'Service'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['v1', 'ConfigMap'],
]

/** All objects of a wish beside its route. A version that is routed to by an earlier wish keeps the replicas that one asked for. */
export function objectsFor(hand: Hand, wish: Wish, record: EndpointRecord, serving: Serving | null): KubeObject[] {
  const { namespace, mode } = hand.config
  const now = record.routed?.generation === wish.generation
  const routed = new Map(now ? [] : record.routed?.arms.map((arm) => [arm.versionId, arm.replicas]))
  const replicas = (arm: Wish['arms'][number]) => Math.max(arm.replicas, routed.get(arm.versionId) ?? 0)
  const service = renderService(wish, namespace, record.routed?.arms ?? [])
  const objects = serving ? [service, ...renderObjects({ wish, namespace, serving, replicas })] : [service]
  return mode === 'kserve' ? withInferenceServices(objects) : objects
}

/** Kinds of which it is known how the cluster holds them. */
const LOOKED_AT = new Set(['Deployment', 'InferenceService', 'Service'])

/** Those of them that the cluster does not hold as they are rendered. What has no list of its own is written together with its version's Deployment. */
export function objectsDue(objects: readonly KubeObject[], held: Held, all: boolean): KubeObject[] {
  const stamp = (object: KubeObject) => object.metadata.annotations?.[ANNOTATIONS.rendered]
  const services = new Map(
    // One of which it is not known where it was written to lead is written once.
    held.services.map((each) => [
      each.metadata.name,
      isAstray(each) === false ? each.metadata.annotations[ANNOTATIONS.rendered] : undefined,
    ]),
  )
  const deployments = new Map(held.deployments.map((each) => [each.metadata.name, each]))
  const least = minima(objects)
  const wanted = new Map(objects.filter(({ kind }) => kind === 'Service').map((each) => [each.metadata.name, stamp(each)]))
  // As it is rendered stands on its version's Service; what KServe made of it is seen in its Deployment.
  const isRunDue = (object: KubeObject) => {
    const { version, replicas } = runOf(object)
    return deployments.get(version)?.spec.replicas !== replicas || services.get(version) !== wanted.get(version)
  }
  const isDue = (object: KubeObject) => {
    const { name } = object.metadata
    if (object.kind === 'Service') return services.get(name) !== stamp(object)
    if (object.kind === 'InferenceService') return isRunDue(object)
    const there = deployments.get(name)
    if (!there || there.metadata.annotations[ANNOTATIONS.rendered] !== stamp(object) || templateHand(there)) return true
    const { replicas = scaledTo(there, least.get(name) ?? 0) } = (object.spec ?? {}) as { replicas?: number }
    return there.spec.replicas !== replicas
  }
  const due = new Set(objects.filter((object) => LOOKED_AT.has(object.kind) && isDue(object)))
  const versions = new Set([...due].map((object) => (object.kind === 'InferenceService' ? runOf(object).version : object.metadata.name)))
  return objects.filter(
    (object) =>
      due.has(object) ||
      (object.kind === 'Secret' ? all || due.size > 0 : versions.has(object.metadata.name) && !LOOKED_AT.has(object.kind)),
  )
}

/** Applies what is due of all objects side by side, and what scales it in the order in which no replica is lost. */
export async function writeObjects(hand: Hand, due: readonly KubeObject[], all: readonly KubeObject[], held: Held, signal: AbortSignal) {
  const { before, after } = scalesDue(due, all, held.deployments)
  const stopped =
    (await pruneObjects(hand, autoscalersEnded(due, held.deployments), signal)) ??
    (await writeScales(hand, before, signal)) ??
    (await restoreTemplates(hand, due, held, signal)) ??
    (await restoreServices(hand, due, held, signal)) ??
    (await applyObjects(hand, due, signal))
  return stopped ?? writeScales(hand, after, signal)
}

/** What another hand wrote into our Deployments' pods is taken out first, also what it added. */
async function restoreTemplates(hand: Hand, due: readonly KubeObject[], held: Held, signal: AbortSignal): Promise<Failure | null> {
  const changed = new Set(held.deployments.filter((each) => templateHand(each)).map(({ metadata }) => metadata.name))
  const objects = due.filter(({ kind, metadata }) => kind === 'Deployment' && changed.has(metadata.name))
  const patches = objects.map((object) => restoringPatch((object.spec as { template: unknown }).template, new Date()))
  const answers = await Promise.all(objects.map((object, i) => hand.client.patch(object, patches[i], signal)))
  return firstFailure(answers, objects)
}

/** So is what it changed of where our Services lead. */
async function restoreServices(hand: Hand, due: readonly KubeObject[], held: Held, signal: AbortSignal): Promise<Failure | null> {
  const astray = new Map(held.services.filter(isAstray).map(({ metadata, spec }) => [metadata.name, spec]))
  const objects = due.filter(({ kind, metadata }) => kind === 'Service' && astray.has(metadata.name))
  const patchOf = ({ metadata, spec }: KubeObject) => leadingPatch(spec, astray.get(metadata.name))
  const answers = await Promise.all(objects.map((object) => hand.client.patch(object, patchOf(object), signal)))
  return firstFailure(answers, objects)
}

/** The first failure is told, with the object's name. */
async function applyObjects(hand: Hand, objects: readonly KubeObject[], signal: AbortSignal): Promise<Failure | null> {
  return firstFailure(await Promise.all(objects.map((object) => hand.client.apply(object, signal))), objects)
}

function firstFailure(answers: readonly Answer<unknown>[], objects: readonly KubeObject[]): Failure | null {
  const at = answers.findIndex((answer) => !answer.ok)
  const failed = answers[at]
  if (!failed || failed.ok) return null
  const { kind, metadata } = objects[at]
  // What cannot be found when something is applied is its namespace.
  return { ...failed, kind: failed.kind === 'not-found' ? 'invalid' : failed.kind, reason: `${kind} ${metadata.name}: ${failed.reason}` }
}

/** What no wish asks for: all versions but those that are kept, and (`whole`) what the endpoint itself has. */
export function objectsEnded(
  held: Held,
  endpoint: Pick<Wish, 'endpointId' | 'environment' | 'model'>,
  keep: ReadonlySet<string>,
  { whole, mode }: { whole: boolean; mode: KubernetesConfig['mode'] },
): Ended[] {
  const base = endpointName(endpoint)
  const there = new Set([...held.deployments, ...held.services].map(({ metadata }) => metadata.name))
  there.delete(base)
  const autoscaled = new Set(held.deployments.filter(isAutoscaled).map(({ metadata }) => metadata.name))
  const parts = [...there]
    .filter((name) => !keep.has(name))
    .flatMap((name) => [
      // Asked for only where there is one: a cluster without autoscalers need not grant it.
      ...(autoscaled.has(name) ? [autoscaler(name)] : []),
      runner(name, mode),
      ...PARTS.map(([apiVersion, kind]) => ({ apiVersion, kind, metadata: { name } })),
    ])
  const own =
    whole && held.services.length > 0 ? ['Service', 'Secret'].map((kind) => ({ apiVersion: 'v1', kind, metadata: { name: base } })) : []
  return [...parts, ...own]
}

function runner(version: string, mode: KubernetesConfig['mode']): Ended {
  return mode === 'kserve'
    ? { apiVersion: KSERVE_API, kind: 'InferenceService', metadata: { name: inferenceName(version) } }
    : { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: version } }
}

/** Removes them side by side; what is gone already counts as removed. */
export async function pruneObjects(hand: Hand, ended: readonly Ended[], signal: AbortSignal): Promise<Failure | null> {
  const answers: Answer<null>[] = await Promise.all(ended.map((object) => hand.client.remove(object, signal)))
  return answers.find((answer) => !answer.ok) ?? null
}
