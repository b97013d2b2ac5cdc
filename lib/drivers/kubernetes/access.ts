import type { KubeConfig } from '@kubernetes/client-node'
import type { KubernetesConfig, KubernetesCredential } from './config'

/** It is large: an engine without such a cluster does without it, and loads it with the first. */
export type Library = typeof import('@kubernetes/client-node')

/** How we show ourselves to an API server: built from options only, never from a file or text of anybody's. */
export function kubeConfig(
  library: Library,
  cluster: KubernetesConfig,
  credential: Exclude<KubernetesCredential, 'in-cluster'>,
): KubeConfig {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const config = new library.KubeConfig()
  const user =
    'token' in credential
      ? { name: 'slipway', token: credential.token }
      : { name: 'slipway', certData: base64(credential.clientCertificate), keyData: base64(credential.clientKey) }
  config.loadFromOptions({
    clusters: [
      {
        name: 'cluster',
        server: cluster.server,
        skipTLSVerify: false,
        ...(cluster.ca ? { caData: base64(cluster.ca) } : {}),
        ...(cluster.tlsServerName ? { tlsServerName: cluster.tlsServerName } : {}),
      },
    ],
    users: [user],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'slipway' }],
    currentContext: 'context',
  })
  // What would run a program or read a file to show who we are. They are private in the library: hence by name.
  Object.assign(config, { authenticators: [], custom_authenticators: [] })
  return config
}
