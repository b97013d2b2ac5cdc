import type { Api } from './api'
import type { Pod } from './fate'

const APPLY = 'application/apply-patch+yaml'

export interface Deployment {
  spec: { replicas: number }
  status?: {
    availableReplicas?: number
    updatedReplicas?: number
    unavailableReplicas?: number
    conditions?: { type: string; status: string; reason: string }[]
  }
}

export interface ReportedPod extends Pod {
  status: {
    phase: string
    podIP?: string
    conditions?: { type: string; status: string }[]
    containerStatuses?: { ready: boolean; restartCount: number; state: { waiting?: { reason: string } } }[]
    initContainerStatuses?: { restartCount: number; state: { waiting?: { reason: string } } }[]
  }
}

/** A Deployment `name` whose pods are labelled `app: name`. */
export interface Wanted {
  replicas?: number
  /** Seconds without progress after which its controller calls it failed. */
  deadline?: number
  initContainer?: boolean
}

/** Applies a Deployment and a Service of the same name. */
export async function deploy(api: Api, namespace: string, name: string, { replicas = 2, deadline = 600, initContainer }: Wanted = {}) {
  const labels = { app: name }
  const container = { name: 'main', image: 'registry.k8s.io/pause:3.10', ports: [{ containerPort: 8080 }] }
  const containers = [container]
  const template = { metadata: { labels }, spec: { containers, initContainers: initContainer ? [{ ...container, name: 'fetch' }] : [] } }
  const spec = { replicas, progressDeadlineSeconds: deadline, selector: { matchLabels: labels }, template }
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}?fieldManager=tests`
  await api.send('PATCH', path, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec }, APPLY)
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  }
  await api.send('PATCH', `/api/v1/namespaces/${namespace}/services/${name}?fieldManager=tests`, service, APPLY)
}

export function readDeployment(api: Api, namespace: string, name: string): Promise<Deployment> {
  return api.get(`/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)
}

export async function readPods(api: Api, namespace: string, name: string): Promise<ReportedPod[]> {
  return (await api.get<{ items: ReportedPod[] }>(`/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${name}`)).items
}

/** The addresses behind a Service that take traffic. */
export async function readyAddresses(api: Api, namespace: string, name: string): Promise<string[]> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${name}`
  const { items } = await api.get<{ items: { endpoints: { addresses: string[]; conditions: { ready: boolean } }[] | null }[] }>(path)
  const ready = items.flatMap(({ endpoints }) => (endpoints ?? []).filter(({ conditions }) => conditions.ready))
  return ready.flatMap(({ addresses }) => addresses).sort()
}

export function conditionOf({ status }: Deployment, type: string): string | undefined {
  const found = status?.conditions?.find((each) => each.type === type)
  return found && `${found.status} ${found.reason}`
}
