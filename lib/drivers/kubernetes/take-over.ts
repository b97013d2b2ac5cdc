import { MANAGER } from './render/names'
import type { KubeObject } from './render/object'
import type { Tool } from './writers'

/** What of an object is Slipway's: a jq path for Argo CD, a JSON pointer for Flux. */
const OURS: Record<string, { group: string; jq: string; pointer: string }> = {
  HTTPRoute: { group: 'gateway.networking.k8s.io', jq: '.spec.rules', pointer: '/spec/rules' },
  Deployment: { group: 'apps', jq: '.spec', pointer: '/spec' },
  InferenceService: { group: 'serving.kserve.io', jq: '.spec', pointer: '/spec' },
}

type Named = Pick<KubeObject, 'kind'> & { metadata: { name: string } }

/** Why another tool's hand on an object is in the way, and how to take the object over on purpose. Pure. */
export function takeOverWords(tool: Tool, { kind, metadata: { name } }: Named, namespace: string): string {
  return `${writesWords(tool, kind, name)} ${remedy(tool, kind, name, namespace)}`
}

/** The same of a route that KServe made: it goes with its InferenceService, so that there is no way to take it over. Pure. */
export function madeByKserveWords(name: string): string {
  return `${writesWords('KServe', 'HTTPRoute', name)} Make a route of your own to the same Service instead: this one goes with its InferenceService.`
}

function writesWords(tool: Tool, kind: string, name: string): string {
  return `${tool === 'Flux Helm' ? 'Flux' : tool} also writes to ${kind} ${name}: two writers undo each other.`
}

function remedy(tool: Tool, kind: string, name: string, namespace: string): string {
  const { group, jq, pointer } = OURS[kind] ?? { group: '', jq: '.spec', pointer: '/spec' }
  switch (tool) {
    case 'Argo CD':
      return (
        'To take it over, take it out of the Application’s source, or add to the Application: ' +
        `spec.ignoreDifferences: [{group: ${group}, kind: ${kind}, namespace: ${namespace}, name: ${name}, ` +
        `jqPathExpressions: [${jq}], managedFieldsManagers: [${MANAGER}]}] and ` +
        'spec.syncPolicy.syncOptions: [RespectIgnoreDifferences=true].'
      )
    case 'Flux':
      return 'To take it over, give it in its source the annotation kustomize.toolkit.fluxcd.io/ssa: IfNotPresent, then Flux writes it no more.'
    case 'Flux Helm':
      return (
        'To take it over, add to the HelmRelease: ' +
        `spec.driftDetection.ignore: [{paths: [${pointer}], target: {kind: ${kind}, name: ${name}}}], and take it out of the chart before its next upgrade.`
      )
    case 'Helm':
      return 'To take it over, give it in the chart the annotation helm.sh/resource-policy: keep, upgrade once, then take it out of the chart.'
    case 'Flagger':
      // What a Canary owns goes with it otherwise: the route, and what answers behind it.
      return (
        `To take it over, delete the Canary that it belongs to, and leave what that made: kubectl -n ${namespace} get canaries, then ` +
        `kubectl -n ${namespace} delete canary NAME --cascade=orphan.`
      )
    case 'Argo Rollouts':
      return `To take it over, take it out of spec.strategy.canary.trafficRouting of the Rollout: kubectl -n ${namespace} get rollouts.`
    case 'KServe':
      return `To take it over, delete the InferenceService that it belongs to: kubectl -n ${namespace} get inferenceservices.`
  }
}
