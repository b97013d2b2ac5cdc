import type { Mirror } from '@/lib/endpoints/wish'
import { FULL } from '@/lib/endpoints/wish'
import { type AssignedRole, assignedHeaders } from '@/lib/serving/assigned'
import type { RecordArm } from '../record'
import { ANNOTATIONS, LABELS, MANAGER, publicPath } from './names'
import { GATEWAY_API, type KubeObject } from './object'

/** Where routes are attached: a Gateway, or (null) the endpoint's own Service, for a mesh. */
interface RouteParent {
  gateway: { name: string; namespace: string } | null
  hostname: string | null
}

export interface RouteInput {
  name: string
  namespace: string
  endpoint: { endpointId: string; environment: string; model: string }
  parent: RouteParent
  /** The endpoint's stable Service. */
  service: string
  /** Path on the server that the public one is rewritten to. */
  serverPath: string
  /** By which the rules stand, and by whose wish requests are looked at; what counts in the pods reads both off each request. */
  generation: number
  observe: string | null
  /** By which the rule's weights stand; empty: no version answers. */
  arms: readonly RecordArm[]
  mirror: Mirror | null
  /** Arms that `x-slipway-arm` may name: those that have a Service. */
  pins: readonly RecordArm[]
  removed: boolean
}

const PORT = 80

/**
 * The endpoint's HTTPRoute: one rule with all weights, in basis points, and one per arm for pinned requests. A removed endpoint's route is attached to nothing.
 * Fields that the API server would default are written out.
 */
export function renderRoute(input: RouteInput): KubeObject {
  const { name, namespace, endpoint, removed } = input
  return {
    apiVersion: GATEWAY_API,
    kind: 'HTTPRoute',
    metadata: {
      name,
      namespace,
      labels: { [LABELS.managedBy]: MANAGER, [LABELS.endpoint]: endpoint.endpointId },
      annotations: { [ANNOTATIONS.model]: endpoint.model, [ANNOTATIONS.environment]: endpoint.environment },
    },
    spec: removed
      ? { parentRefs: [], hostnames: [], rules: [{ matches: [pathMatch(publicPath(endpoint))], filters: [], backendRefs: [] }] }
      : { parentRefs: [parentRef(input)], hostnames: input.parent.hostname ? [input.parent.hostname] : [], rules: rules(input) },
  }
}

function parentRef({ parent: { gateway }, namespace, service }: RouteInput) {
  return gateway
    ? { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: gateway.namespace, name: gateway.name }
    : { group: '', kind: 'Service', namespace, name: service, port: PORT }
}

function rules(input: RouteInput) {
  const path = publicPath(input.endpoint)
  const rewrite = {
    type: 'URLRewrite',
    urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: input.serverPath } },
  }
  const weighted = input.arms.filter((arm) => arm.weight > 0)
  const copies = copiesOf(input)
  const told = [
    ...weighted,
    ...copies.map(({ arm }) => arm).filter(({ versionId }) => !weighted.some((arm) => arm.versionId === versionId)),
  ]
  const pins = input.pins.filter((arm, i) => input.pins.findIndex(({ role }) => role === arm.role) === i)
  const pinned = pins.map((arm) => ({
    matches: [{ ...pathMatch(path), headers: [{ type: 'Exact', name: 'x-slipway-arm', value: arm.role }] }],
    filters: [rewrite, assigned(input, [{ ...arm, role: 'pinned' }])],
    backendRefs: [backendRef(arm.name, 1)],
  }))
  return [
    {
      matches: [pathMatch(path)],
      filters: [
        rewrite,
        assigned(
          input,
          told.map((arm) => ({ ...arm, role: roleOf(arm, input) })),
        ),
        ...copies.map(mirrorFilter),
      ],
      backendRefs: weighted.map((arm) => backendRef(arm.name, arm.weight)),
    },
    ...pinned,
  ]
}

/**
 * A version that gets copies is told that all it gets are copies: it cannot tell them from the requests that are meant for it, and a copy must never be
 * evidence. What it gets beside is then not counted for it.
 */
function roleOf({ versionId, role }: RecordArm, { mirror }: RouteInput): AssignedRole {
  return versionId === mirror?.versionId ? 'shadow' : role
}

function assigned({ generation, observe }: RouteInput, roles: readonly { versionId: string; role: AssignedRole }[]) {
  return { type: 'RequestHeaderModifier', requestHeaderModifier: { set: assignedHeaders(generation, roles, observe) } }
}

/** The arm that gets copies, if it has a Service; one or none. */
function copiesOf({ mirror, pins }: RouteInput): { arm: RecordArm; share: number }[] {
  const arm = pins.find((each) => each.versionId === mirror?.versionId)
  return mirror && arm ? [{ arm, share: mirror.share }] : []
}

function mirrorFilter({ arm, share }: { arm: RecordArm; share: number }) {
  const backend = { group: '', kind: 'Service', name: arm.name, port: PORT }
  const fraction = share === FULL ? {} : { fraction: { numerator: share, denominator: FULL } }
  return { type: 'RequestMirror', requestMirror: { backendRef: backend, ...fraction } }
}

function pathMatch(value: string) {
  return { path: { type: 'PathPrefix', value } }
}

function backendRef(name: string, weight: number) {
  return { group: '', kind: 'Service', name, port: PORT, weight }
}
