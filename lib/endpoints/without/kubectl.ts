import { KubernetesConfig } from '@/lib/drivers/kubernetes/config'
import { ANNOTATIONS, endpointName, LABELS, publicPath, versionName } from '@/lib/drivers/kubernetes/render/names'
import { FULL, type Wish, type WishArm } from '../wish'

const PORT = 80

/**
 * The text that gives all traffic to one version of an endpoint by kubectl, and what comes of it; null: the cluster's configuration is not readable. `to` must
 * have a Service there. First what the gateway routes by, then what callers within the cluster reach; the route's other rules and filters stay.
 */
export function kubectlText(cluster: string, stored: unknown, wish: Wish, to: WishArm): { code: string; says: string } | null {
  const config = KubernetesConfig.safeParse(stored)
  if (!config.success) return null
  const { namespace, server } = config.data
  const endpoint = endpointName(wish)
  const patch = (kind: string, type: string, body: unknown) =>
    `kubectl patch ${kind} ${endpoint} --namespace ${namespace} --type ${type} --patch ${quoted(JSON.stringify(body))}`
  const route = patch('httproute', 'json', routePatch(wish, versionName(endpoint, to)))
  const service = patch('service', 'merge', servicePatch(to))
  return {
    code: `${route} \\\n  && ${service}`,
    says: [
      `Run it as somebody who may patch HTTPRoutes and Services in the namespace ${namespace} of ${cluster}, with kubectl pointed at ${server}.`,
      'Where the first rule of the route is not ours any more, it is refused and changes nothing.',
      'Adopted routes stay as they are: the cluster’s page has the command that gives each back.',
      'Slipway sees rules that are not its own and writes nothing here: the endpoint is read-only, a rollout holds, and this page asks whether to adopt what',
      'has the traffic or to restore what Slipway wanted.',
    ].join(' '),
  }
}

/** By `test`, rules that another hand put in another order are refused: pinned requests would be moved in place of all. */
function routePatch(wish: Wish, service: string) {
  const rule = '/spec/rules/0'
  return [
    { op: 'test', path: `${rule}/matches`, value: [{ path: { type: 'PathPrefix', value: publicPath(wish) } }] },
    { op: 'replace', path: `${rule}/backendRefs`, value: [{ name: service, port: PORT, weight: FULL }] },
  ]
}

/** Without its annotation the Service is written again with the next wish. */
function servicePatch({ versionId }: WishArm) {
  return { metadata: { annotations: { [ANNOTATIONS.rendered]: null } }, spec: { selector: { [LABELS.version]: versionId } } }
}

/** One word for a POSIX shell, whatever it holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
