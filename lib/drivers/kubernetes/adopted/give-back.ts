import type { Answer } from '../answer'
import type { Hand } from '../clients'
import type { Route } from '../observed'
import { ANNOTATIONS, LABELS } from '../render/names'
import { GATEWAY_API } from '../render/object'
import { adoptedOf, isLeftAlone } from './adopted'

/** What makes a route its owner's again: its rule as it was, and nothing of ours. Rules that another hand wrote since stay as they are. Pure. */
function backPatch(route: Route): { metadata: object; spec?: object } {
  const adopted = adoptedOf(route)
  const metadata = { labels: { [LABELS.endpoint]: null }, annotations: { [ANNOTATIONS.adopted]: null } }
  return adopted && !isLeftAlone(route) ? { metadata, spec: { rules: [adopted.theirs] } } : { metadata }
}

/** The same by hand, whatever of Slipway answers. */
export function backCommand(route: Route, namespace: string): string {
  const patch = JSON.stringify(backPatch(route)).replaceAll("'", `'\\''`)
  return `kubectl patch httproute ${route.metadata.name} --namespace ${namespace} --type merge --patch '${patch}'`
}

/** Gives routes back to their owners, each only if it is still the one that was read. */
export async function giveBack(hand: Hand, routes: readonly Route[], signal: AbortSignal): Promise<Answer<Route[]>> {
  for (const route of routes) {
    const { metadata, ...rest } = backPatch(route)
    const { name, resourceVersion } = route.metadata
    const object = { apiVersion: GATEWAY_API, kind: 'HTTPRoute', metadata: { name, resourceVersion, ...metadata }, ...rest }
    const answer = await hand.client.merge(object, signal)
    if (!answer.ok) return answer
  }
  return { ok: true, value: [] }
}
