import type { Wish, WishArm } from '@/lib/endpoints/wish'
import { canonicalJson } from '@/lib/endpoints/wish-hash'
import { configOf, hashOf } from '../record'
import { type Runtime, runtimeFor } from '../runtimes'
import { leadsHash } from '../service-hand'
import type { Serving } from '../serving-settings'
import { ANNOTATIONS, endpointName, LABELS, MANAGER, pathName, versionName } from './names'
import type { KubeObject } from './object'
import { podSpec } from './pod'

/** The API server stores no larger ConfigMap or Secret; some room is left for its own fields. */
const DATA_MAX = 1_000_000

interface RenderInput {
  wish: Wish
  namespace: string
  serving: Serving
  /** Replicas of a version that is routed to by an earlier wish may not go below what that one asked for. */
  replicas(arm: WishArm): number
}

/**
 * All objects of a wish but its HTTPRoute and its stable Service, which follow the weights: per endpoint a Secret, per version a ConfigMap, a Service, a Deployment
 * and a disruption budget. Deterministic: the same input gives the same objects.
 */
export function renderObjects({ wish, namespace, serving, replicas }: RenderInput): KubeObject[] {
  const endpoint = endpointName(wish)
  const base = { namespace, labels: { [LABELS.managedBy]: MANAGER, [LABELS.endpoint]: wish.endpointId } }
  const secret: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...base, name: endpoint },
    type: 'Opaque',
    data: { 'endpoint.json': Buffer.from(endpointJson(wish)).toString('base64') },
  }
  const versions = wish.arms.flatMap((arm) => versionObjects({ wish, arm, namespace, endpoint, serving, replicas: replicas(arm) }))
  return [...(wish.arms.length > 0 ? [secret] : []), ...versions].map(stamped)
}

interface VersionInput {
  wish: Wish
  arm: WishArm
  namespace: string
  endpoint: string
  serving: Serving
  replicas: number
}

function versionObjects({ wish, arm, namespace, endpoint, serving, replicas }: VersionInput): KubeObject[] {
  const name = versionName(endpoint, arm)
  const own = { [LABELS.endpoint]: wish.endpointId, [LABELS.version]: arm.versionId }
  const labels = { [LABELS.managedBy]: MANAGER, ...own }
  const metadata = { name, namespace, labels }
  const template = {
    metadata: { labels: { ...labels, [LABELS.config]: configOf(arm) } },
    spec: {
      ...podSpec({ arm, model: wish.model, name, endpoint, serving }),
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: own } },
      ],
    },
  }
  const autoscaler = autoscalerOf(serving, replicas)
  return [
    ...(autoscaler ? [autoscalerObject(metadata, autoscaler)] : []),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'version.json': versionJson(arm) } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: own, ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        ...metadata,
        annotations: {
          [ANNOTATIONS.model]: wish.model,
          [ANNOTATIONS.environment]: wish.environment,
          ...(autoscaler ? { [ANNOTATIONS.scale]: scaleWords(autoscaler) } : {}),
        },
      },
      spec: {
        // Under an autoscaler they are not ours: an apply that owned them would scale back.
        ...(autoscaler ? {} : { replicas }),
        selector: { matchLabels: own },
        // A change of the pods never takes away a ready one before another is.
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        progressDeadlineSeconds: 600,
        revisionHistoryLimit: 2,
        template,
      },
    },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: own }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    },
  ]
}

/** Between which numbers of replicas an arm is scaled, at which use of its CPU in percent of what it asks for; null: a fixed number. Nothing is scaled from 0. */
function autoscalerOf({ settings: { autoscaler } }: Serving, replicas: number) {
  return autoscaler && replicas > 0 ? { min: replicas, max: Math.max(replicas, autoscaler.max), cpu: autoscaler.cpu } : null
}

function scaleWords({ min, max, cpu }: { min: number; max: number; cpu: number }): string {
  return `${min}-${max} at ${cpu} % CPU`
}

function autoscalerObject(metadata: KubeObject['metadata'], { min, max, cpu }: { min: number; max: number; cpu: number }): KubeObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
      minReplicas: min,
      maxReplicas: max,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } } }],
    },
  }
}

/** The endpoint's stable Service: it leads to the version with the most weight, for callers within the cluster. */
export function renderService(
  endpoint: Pick<Wish, 'endpointId' | 'environment' | 'model'>,
  namespace: string,
  arms: readonly { versionId: string; role: string; weight: number }[],
): KubeObject {
  const [most] = arms.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight || (a.role === 'live' ? -1 : 1))
  return stamped({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: endpointName(endpoint), namespace, labels: { [LABELS.managedBy]: MANAGER, [LABELS.endpoint]: endpoint.endpointId } },
    spec: {
      selector: { [LABELS.endpoint]: endpoint.endpointId, [LABELS.version]: most?.versionId ?? 'none' },
      ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    },
  })
}

/** Where the endpoint's public path leads on its servers. */
export function serverPath(runtime: Runtime, model: string): string {
  return runtimeFor(runtime, pathName(model)).path
}

/** Why a wish cannot run in this way; null when it can. */
export function wrongHere(wish: Wish, serving: Serving): string | null {
  const large = wish.arms.find((arm) => Buffer.byteLength(versionJson(arm)) > DATA_MAX)
  if (large)
    return `The bins of version ${large.number} are larger than ${DATA_MAX / 1e6} MB, the most that Kubernetes keeps in one object.`
  if (Buffer.byteLength(endpointJson(wish)) > DATA_MAX) return `What is counted of this endpoint is larger than ${DATA_MAX / 1e6} MB.`
  if (wish.keys.length > 0 && !serving.runtime.readsEndpoint)
    return `The endpoint has keys, and ${serving.runtime.title} does not check them: revoke them, or run this model on another runtime.`
  return null
}

/** What does not change while a version runs. */
function versionJson({ versionId, number, digest, threshold, baseline }: WishArm): string {
  return canonicalJson({ versionId, number, digest, threshold, baseline })
}

/** What may change at any time: keys (by their hash only), what is counted. */
function endpointJson({ endpointId, environment, model, salt, keys, labelRate, observe }: Wish): string {
  return canonicalJson({ endpointId, environment, model, salt, keys, labelRate, observe: observe ?? null })
}

/** Its own hash is kept with an object: what differs is written, what does not is left alone. */
function stamped(object: KubeObject): KubeObject {
  const annotations: Record<string, string> = { ...object.metadata.annotations, [ANNOTATIONS.rendered]: hashOf(object).slice(0, 20) }
  if (object.kind === 'Service') annotations[ANNOTATIONS.leads] = leadsHash(object.spec)
  return { ...object, metadata: { ...object.metadata, annotations } }
}
