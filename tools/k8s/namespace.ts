import type { Api } from './api'
import type { ClusterAccess } from './api-server'
import { seen } from './seen'

/** Makes a namespace and waits until pods can be made in it. */
export async function makeNamespace(api: Api, name: string, server: ClusterAccess): Promise<void> {
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  if (!server.controllerManager) return
  await seen('the default service account', 30, () => api.get(`/api/v1/namespaces/${name}/serviceaccounts/default`))
}
