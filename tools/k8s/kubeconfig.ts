import type { Access } from './api'

/** The kubeconfig of an access. JSON is YAML. `serverName`: whose certificate the server shows, where it is not that of its address. */
export function kubeconfigOf(name: string, { url, ca, token }: Access, serverName?: string): string {
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64'), 'tls-server-name': serverName } },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  return JSON.stringify(document, null, 2)
}
