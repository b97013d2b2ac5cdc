import { until } from '@/scripts/house/wait'
import { type Access, Api } from '@/tools/k8s/api'
import { startApiServer } from '@/tools/k8s/api-server'
import { installCrds } from '@/tools/k8s/crds'
import { startGatewayStatus } from '@/tools/k8s/gateway-status'
import { startKubelet } from '@/tools/k8s/kubelet'
import { provide } from '@/tools/k8s/provide'

/** Runs `work` beside a real API server with these namespaces, a kubelet whose pods are ready at once, and somebody who plays each namespace's gateway. */
export async function withApiServer<T>(namespaces: readonly string[], work: (access: Access) => Promise<T>): Promise<T> {
  const { ready, reasons } = await provide((line) => console.error(line))
  if (!ready) throw new Error(`There is no kube-apiserver here: ${reasons.join('; ')}`)
  const server = await startApiServer({ name: 'bench' })
  try {
    await installCrds(server, ['gateway-api'])
    const api = new Api(server)
    for (const name of namespaces) await makeNamespace(api, name)
    await api.close()
    const kubelet = await startKubelet(server)
    const gateways = namespaces.map((name) => startGatewayStatus(server, name))
    const { url, ca, token } = server
    try {
      return await work({ url, ca, token })
    } finally {
      await Promise.all(gateways.map((gateway) => gateway.stop()))
      await kubelet.stop()
    }
  } finally {
    await server.stop()
  }
}

/** Makes a namespace and waits for what its pods need. */
async function makeNamespace(api: Api, name: string): Promise<void> {
  await api.send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  await until({ what: `the service account of ${name}`, seconds: 60 }, () =>
    api.get<object>(`/api/v1/namespaces/${name}/serviceaccounts/default`),
  )
}
