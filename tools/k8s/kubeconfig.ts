import type { Access } from './api'

/** The kubeconfig of an access. JSON is YAML. */
export function kubeconfigOf(name: string, { url, ca, token }: Access): string {
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  return JSON.stringify(document, null, 2)
}
