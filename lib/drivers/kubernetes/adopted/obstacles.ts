import type { KubernetesConfig } from '../config'
import { ANNOTATIONS, LABELS, MANAGER } from '../render/names'
import { acceptance } from '../route-facts'
import { owningTools } from '../writers'
import {
  type Backend,
  deploymentsBehind,
  type ForeignDeployment,
  type ForeignService,
  type ForeignSpec,
  isForPinned,
  type Parent,
} from './parts'

/** Filters of a rule beside which ours can stand: what they do stays done. */
const KNOWN_FILTERS = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'URLRewrite']

/** Nobody has seen yet what a route of somebody else's does with the Services that KServe makes. */
export const THROUGH_KSERVE = 'Models run by KServe here: routes are taken over for Slipway’s own pods only.'

/** What runs in the namespace, by which routes are looked at. */
export interface Surroundings {
  config: Pick<KubernetesConfig, 'gateway' | 'namespace' | 'mode'>
  services: ReadonlyMap<string, ForeignService>
  deployments: readonly ForeignDeployment[]
}

interface Marked {
  labels: Record<string, string>
  annotations: Record<string, string>
}

type Stored = Parameters<typeof acceptance>[0] & { metadata: Marked & { deletionTimestamp?: string | null } }

/** Whether a route's parent is what Slipway's own routes hang on: the cluster's Gateway, or for a mesh any Service. */
export function isOurParent(parent: Parent, { gateway, namespace }: Surroundings['config']): boolean {
  if (!gateway) return parent.kind === 'Service'
  return parent.kind === 'Gateway' && parent.name === gateway.name && (parent.namespace ?? namespace) === gateway.namespace
}

/** Whether an InferenceService owns it: KServe writes it over, and deletes it with that. */
export function isMadeByKserve(route: unknown): boolean {
  return owningTools(route).includes('KServe')
}

/** What keeps a route from being taken over, each with what would be right; none: it may be. Pure. */
export function obstaclesOf(route: Stored, spec: ForeignSpec, around: Surroundings): string[] {
  return [...standing(route, spec, around), ...ofRules(spec), ...ofBackends(spec, around)]
}

function standing(route: Stored, { parentRefs }: ForeignSpec, { config }: Surroundings): string[] {
  const others = parentRefs.filter((parent) => !isOurParent(parent, config)).map(({ kind, name }) => `${kind} ${name}`)
  const accepted = acceptance(route)
  return [
    ...(config.mode === 'gateway' ? [] : [THROUGH_KSERVE]),
    ...(route.metadata.deletionTimestamp ? ['It is being deleted.'] : []),
    ...(isMadeByKserve(route) ? ['KServe made it for an InferenceService, and puts back what others change of it.'] : []),
    ...ofMarks(route.metadata),
    ...(others.length > 0 ? [`It also hangs on ${others.join(', ')}: give those a route of their own.`] : []),
    ...(accepted.kind === 'refused' ? [`The gateway does not take it as it stands: ${accepted.reason}`] : []),
    ...(accepted.kind === 'pending' ? ['The gateway has not accepted it as it stands: nobody may be served by it.'] : []),
  ]
}

/** Marks by which it would be taken for an endpoint's own route: it was copied from one. */
function ofMarks({ labels, annotations }: Marked): string[] {
  if (ANNOTATIONS.adopted in annotations) return []
  const marks = [
    ...(labels[LABELS.managedBy] === MANAGER ? [`the label ${LABELS.managedBy}=${MANAGER}`] : []),
    ...(ANNOTATIONS.record in annotations ? [`the annotation ${ANNOTATIONS.record}`] : []),
  ]
  return marks.length > 0 ? [`It bears ${marks.join(' and ')}, as only routes that Slipway made do: take that away first.`] : []
}

function ofRules({ rules }: ForeignSpec): string[] {
  if (rules.length === 0) return ['It has no rule.']
  if (rules.length > 1) return [`It has ${rules.length} rules: Slipway takes over a route with one. Make one route of each.`]
  const [{ filters, sessionPersistence, matches }] = rules
  const unknown = [...new Set(filters.map(({ type }) => type).filter((type) => !KNOWN_FILTERS.includes(type)))]
  return [
    ...unknown.map((type) => `Its filter ${type} is not known to Slipway: ${KNOWN_FILTERS.join(', ')} are.`),
    ...(sessionPersistence ? ['It binds callers to a backend (sessionPersistence): shares would not be what its weights say.'] : []),
    ...(isForPinned({ matches }) ? ['It matches the header x-slipway-arm, which is for pinned requests.'] : []),
  ]
}

function ofBackends({ rules }: ForeignSpec, around: Surroundings): string[] {
  const refs = rules.flatMap(({ backendRefs }) => backendRefs)
  if (rules.length > 0 && refs.length === 0) return ['It has no backend.']
  if (refs.length > 0 && refs.every(({ weight }) => weight === 0)) return ['Its backends all have the weight 0: it answers nobody.']
  return refs.flatMap((ref) => ofBackend(ref, around))
}

function ofBackend({ group, kind, name, namespace }: Backend, { config, services, deployments }: Surroundings): string[] {
  if (group !== '' || kind !== 'Service') return [`Its backend ${name} is a ${kind}: Slipway takes over Services only.`]
  if (namespace && namespace !== config.namespace)
    return [`Its backend ${name} is in the namespace ${namespace}: Slipway works in ${config.namespace} only.`]
  const service = services.get(name)
  if (!service) return [`There is no Service ${name}, which it names.`]
  return deploymentsBehind(service, deployments).length > 0
    ? []
    : [`No Deployment is behind the Service ${name}: whether there is a way back to it cannot be seen.`]
}
