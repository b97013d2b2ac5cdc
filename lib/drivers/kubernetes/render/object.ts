/** An object of the Kubernetes API, as it is sent and as it is read. */
export interface KubeObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    resourceVersion?: string
  }
  [field: string]: unknown
}

/** Where objects of a kind are found: the group's path and the plural. Only what a driver makes or reads. */
const RESOURCES: Record<string, string> = {
  ConfigMap: 'configmaps',
  Deployment: 'deployments',
  HTTPRoute: 'httproutes',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers',
  InferenceService: 'inferenceservices',
  PodDisruptionBudget: 'poddisruptionbudgets',
  Secret: 'secrets',
  Service: 'services',
}

export const GATEWAY_API = 'gateway.networking.k8s.io/v1'
export const KSERVE_API = 'serving.kserve.io/v1beta1'

/** The path of a collection of a namespace. */
export function collectionPath(namespace: string, apiVersion: string, kind: string): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const resource = RESOURCES[kind]
  if (!resource) throw new Error(`The driver knows no ${kind}.`)
  return `${group}/namespaces/${encodeURIComponent(namespace)}/${resource}`
}

export function objectPath(
  namespace: string,
  { apiVersion, kind, metadata }: Pick<KubeObject, 'apiVersion' | 'kind'> & { metadata: { name: string } },
): string {
  return `${collectionPath(namespace, apiVersion, kind)}/${encodeURIComponent(metadata.name)}`
}
