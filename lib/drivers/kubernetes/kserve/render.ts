import { hashOf } from '../record'
import { ANNOTATIONS, LABELS } from '../render/names'
import { KSERVE_API, type KubeObject } from '../render/object'

/** The container of a predictor that answers: KServe gives an only container this name in any case. */
export const SERVER_CONTAINER = 'kserve-container'
/** Whose an InferenceService is. Not the label of our own objects: KServe copies an InferenceService's labels to all that it makes, routes too. */
export const INFERENCE_OF = 'slipway.dev/inference-of'

const OWN = {
  visibility: 'networking.kserve.io/visibility',
  mode: 'serving.kserve.io/deploymentMode',
  scaler: 'serving.kserve.io/autoscalerClass',
}

interface Workload {
  replicas?: number
  strategy: object
  template: { metadata: { labels: Record<string, string> }; spec: { containers: object[] } & Record<string, unknown> }
}

type Predictor = { minReplicas: number; labels: Record<string, string>; deploymentStrategy: object; containers: object[] }

/**
 * An InferenceService's name by its version's: `v2-HASH-HASH`, at most 32 characters. KServe puts words of its own behind it, and in host names the namespace: all of
 * that is one label of at most 63.
 */
export function inferenceName(version: string): string {
  const parts = /-([0-9a-f]{10})-(v\d+)-([0-9a-f]{10})$/.exec(version)
  if (!parts) throw new Error(`"${version}" is no version's name.`)
  const [, endpoint, number, own] = parts
  return `${number}-${endpoint}-${own}`
}

/**
 * What is rendered of a wish, with an InferenceService in the place of each Deployment: one for each version, so that neither a promotion nor a return changes any of them.
 * KServe copies what stands on one to its pods' template, where a change makes new pods: nothing that may change while a version runs stands there, not even the
 * hash of what was rendered. The version's own Service carries it.
 */
export function withInferenceServices(objects: readonly KubeObject[]): KubeObject[] {
  const made = new Map(objects.filter(({ kind }) => kind === 'Deployment').map((each) => [each.metadata.name, inferenceService(each)]))
  return objects.map((object) => {
    const own = made.get(object.metadata.name)
    if (!own) return object
    if (object.kind === 'Deployment') return own
    return object.kind === 'Service' ? markedFor(object, own) : object
  })
}

/**
 * Deployed as a Deployment with a fixed number of replicas, reached by no route of KServe's: ours splits the traffic. `RawDeployment` is the name that all releases know;
 * newer ones write `Standard` in its place.
 */
function inferenceService({ metadata: { name, namespace, labels = {}, annotations = {} }, spec }: KubeObject): KubeObject {
  const { replicas = 0, strategy, template } = spec as Workload
  const { containers, ...pod } = template.spec
  const predictor: Predictor = {
    ...pod,
    minReplicas: replicas,
    labels: { ...template.metadata.labels, [LABELS.name]: name },
    deploymentStrategy: strategy,
    containers: containers.map((each) => ({ ...each, name: SERVER_CONTAINER })),
  }
  const { [ANNOTATIONS.model]: model, [ANNOTATIONS.environment]: environment } = annotations
  return {
    apiVersion: KSERVE_API,
    kind: 'InferenceService',
    metadata: {
      name: inferenceName(name),
      namespace,
      labels: { [INFERENCE_OF]: labels[LABELS.endpoint], [OWN.visibility]: 'cluster-local' },
      annotations: {
        [ANNOTATIONS.model]: model,
        [ANNOTATIONS.environment]: environment,
        [OWN.mode]: 'RawDeployment',
        [OWN.scaler]: 'none',
      },
    },
    spec: { predictor },
  }
}

function markedFor(service: KubeObject, own: KubeObject): KubeObject {
  const { annotations = {} } = service.metadata
  const rendered = hashOf([annotations[ANNOTATIONS.rendered], own]).slice(0, 20)
  return { ...service, metadata: { ...service.metadata, annotations: { ...annotations, [ANNOTATIONS.rendered]: rendered } } }
}

/** Name of the version that an InferenceService runs, and how many replicas of it. */
export function runOf({ spec }: KubeObject): { version: string; replicas: number } {
  const { labels, minReplicas } = (spec as { predictor: Predictor }).predictor
  return { version: labels[LABELS.name], replicas: minReplicas }
}

/** The Deployment that KServe makes of an InferenceService, as far as quotas ask; any other object as it is. */
export function asWorkload(object: KubeObject): KubeObject {
  if (object.kind !== 'InferenceService') return object
  const { minReplicas, labels, deploymentStrategy: _, ...pod } = (object.spec as { predictor: Predictor }).predictor
  return { ...object, kind: 'Deployment', spec: { replicas: minReplicas, template: { metadata: { labels }, spec: pod } } }
}
