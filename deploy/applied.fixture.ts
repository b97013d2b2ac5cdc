import type { Api } from '@/tools/k8s/api'
import type { Manifest } from './kustomization'

const PLURALS: Record<string, string> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  ConfigMap: 'configmaps',
  Deployment: 'deployments',
  GatewayClass: 'gatewayclasses',
  Gateway: 'gateways',
  Ingress: 'ingresses',
  Job: 'jobs',
  Namespace: 'namespaces',
  NetworkPolicy: 'networkpolicies',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  PodDisruptionBudget: 'poddisruptionbudgets',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  Secret: 'secrets',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  StatefulSet: 'statefulsets',
}

/** Where an object is found on the API server. */
export function pathOf({ apiVersion, kind, metadata }: Pick<Manifest, 'apiVersion' | 'kind' | 'metadata'>): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const plural = PLURALS[kind]
  if (!plural) throw new Error(`The tests know no path of a ${kind}: name its plural here.`)
  return `${group}/${metadata.namespace ? `namespaces/${metadata.namespace}/` : ''}${plural}/${metadata.name}`
}

/** Applies an object as `kubectl apply --server-side` does; a field that its kind does not have is refused. */
export function applied<T>(api: Api, manifest: Manifest): Promise<T> {
  const query = 'fieldManager=deploy-test&force=true&fieldValidation=Strict'
  return api.send<T>('PATCH', `${pathOf(manifest)}?${query}`, manifest, 'application/apply-patch+yaml')
}

/** A token of a service account, valid for an hour. */
export async function tokenOf(api: Api, namespace: string, account: string): Promise<string> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3_600 } }
  const answer = await api.send<{ status: { token: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    body,
  )
  return answer.status.token
}
