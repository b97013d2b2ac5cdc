import type { Answer } from './answer'
import type { Hand } from './clients'
import { INFERENCE_OF } from './kserve/render'
import { InferenceService, troublesOf } from './kserve/status'
import type { ListText } from './list-text'
import { Deployment, Route } from './observed'
import { known, NO_GATEWAY_API, ownServices, podsPath, type Service } from './read'
import { LABELS, MANAGER } from './render/names'
import { collectionPath, GATEWAY_API, KSERVE_API } from './render/object'
import { Pod } from './replicas'

/** Selects what we made. */
export const OURS = `${LABELS.managedBy}=${MANAGER}`

/** What a namespace holds of ours, as it is answered. */
export interface HeldText {
  routes: ListText
  deployments: ListText
  pods: ListText
  /** What KServe says of the versions that it runs; null: it runs none, or does not say. */
  inference: ListText | null
}

/** Asks for all that is ours in the namespace, in three calls side by side: one more where KServe runs the models. */
function asked<T>({ client, config }: Hand, ask: (path: string, selector: string) => Promise<T>) {
  const of = (apiVersion: string, kind: string, selector: string) => ask(collectionPath(client.namespace, apiVersion, kind), selector)
  return Promise.all([
    // Also those that were taken over: whose they are managed by, their owner says.
    of(GATEWAY_API, 'HTTPRoute', LABELS.endpoint),
    of('apps/v1', 'Deployment', OURS),
    ask(podsPath(client.namespace), OURS),
    config.mode === 'kserve' ? of(KSERVE_API, 'InferenceService', INFERENCE_OF) : null,
  ])
}

/** The metadata of all that `readText` reads, in the same order; null: it cannot be had. About half of what they say. */
export async function readMetadata(hand: Hand, signal: AbortSignal): Promise<ListText[] | null> {
  const [routes, deployments, pods, inference] = await asked(hand, (path, selector) => hand.client.listMetadata(path, selector, signal))
  if (!routes.ok || !deployments.ok || !pods.ok) return null
  return [routes.value, deployments.value, pods.value, ...(inference?.ok ? [inference.value] : [])]
}

/** The lists of a whole answer, in the same order. */
export function listsOf({ routes, deployments, pods, inference }: HeldText): ListText[] {
  return [routes, deployments, pods, ...(inference ? [inference] : [])]
}

/** All that is ours in the namespace. */
export async function readText(hand: Hand, signal: AbortSignal): Promise<Answer<HeldText>> {
  const [routes, deployments, pods, inference] = await asked(hand, (path, selector) => hand.client.listText(path, selector, signal))
  if (!routes.ok) return routes.kind === 'not-served' ? { ...routes, reason: NO_GATEWAY_API } : routes
  if (!deployments.ok) return deployments
  if (!pods.ok) return pods
  // Nothing hangs on KServe's part but words: what runs is read of the pods.
  const said = inference?.ok ? inference.value : null
  return { ok: true, value: { routes: routes.value, deployments: deployments.value, pods: pods.value, inference: said } }
}

/** The Services that are ours, as they are answered; null: they could not be read, which speaks against none of them. */
export async function readServices({ client }: Hand, signal: AbortSignal): Promise<ListText | null> {
  const answer = await client.listText(collectionPath(client.namespace, 'v1', 'Service'), OURS, signal)
  return answer.ok ? answer.value : null
}

/** What a namespace holds of ours. */
export interface Holding {
  routes: Route[]
  deployments: Deployment[]
  pods: Pod[]
  /** What KServe says of versions that it does not run, by their names. */
  troubles: Map<string, string>
  /** By name; null: it is not known now where they lead. */
  services: Map<string, Service> | null
}

/** The same, read. */
export function holdingOf(text: HeldText, services: ListText | null): Answer<Holding> {
  const [routes, deployments, pods] = [text.routes.read(), text.deployments.read(), text.pods.read()]
  if (!routes.ok) return routes
  if (!deployments.ok) return deployments
  if (!pods.ok) return pods
  const made = known(Deployment, deployments.value)
  const inference = text.inference?.read()
  const inferences = inference?.ok ? known(InferenceService, inference.value) : []
  const troubles = troublesOf(inferences, new Set(made.map(({ metadata }) => metadata.name)))
  return {
    ok: true,
    value: {
      routes: known(Route, routes.value),
      deployments: made,
      pods: known(Pod, pods.value),
      troubles,
      services: servicesOf(services),
    },
  }
}

function servicesOf(text: ListText | null): Map<string, Service> | null {
  const items = text?.read()
  return items?.ok ? new Map(ownServices(items.value).map((each) => [each.metadata.name, each])) : null
}
