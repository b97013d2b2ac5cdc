import { bindCredential, IN_CLUSTER_SERVER, KubernetesConfig, type KubernetesCredential } from '@/lib/drivers/kubernetes/config'
import { importKubeconfig } from '@/lib/drivers/kubernetes/kubeconfig'
import { ServingSettings, wrongFor } from '@/lib/drivers/kubernetes/serving-settings'
import { invalid } from '@/lib/errors'
import { clusterTargets } from '@/lib/outbound/cluster-targets'
import { checkTarget } from '@/lib/outbound/guard'
import { refuseCertificates, refusePair } from './certificates'
import { type OtherAccess, type ServingUse, StoredKubernetes } from './kubernetes-schema'
import type { Place } from './places'
import type { AddCluster, EditCluster } from './schema'

type Where = Pick<KubernetesConfig, 'server' | 'ca' | 'tlsServerName'>

/** Where an API server is, and the credential for it; null: the stored one. */
interface Reached {
  where: Where
  auth: StoredKubernetes['auth']
  credential: KubernetesCredential | null
  /** Of a kubeconfig's context. */
  namespace?: string
}

/** The place of a new Kubernetes cluster. */
export function newKubernetes({ access, serving, ...use }: Extract<AddCluster, { driver: 'kubernetes' }>): Place {
  const reached = reachedBy(access)
  const namespace = use.namespace ?? reached.namespace
  if (namespace === undefined) throw invalid('namespace', 'Name the namespace in which Slipway works; it must exist.')
  return placeOf(KubernetesConfig.parse({ ...use, ...reached.where, namespace }), reached, servedBy(undefined, serving))
}

/** What the place of a Kubernetes cluster becomes. Another server, CA, TLS name or kind of credential needs the secret with it. */
export function editedKubernetes(
  stored: unknown,
  { access, serving: other, ...use }: Extract<EditCluster, { driver: 'kubernetes' }>,
): Place {
  const { auth, serving, ...before } = StoredKubernetes.parse(stored)
  const reached: Reached = access ? reachedBy(access) : { where: before, auth, credential: null }
  const { server, ca, tlsServerName } = reached.where
  const same = auth === reached.auth && before.server === server && before.ca === ca && before.tlsServerName === tlsServerName
  // Whoever may edit a cluster need not know its secret, and must not learn it by naming a server or a CA of their own.
  if (!reached.credential && !same) {
    const field = reached.auth === 'certificate' ? 'access.clientKey' : 'access.token'
    throw invalid(field, `Give it again: the stored credential is shown to ${before.server} only, known by the CA and the name of before.`)
  }
  // What runs there was made in one way, and would stay behind in the other.
  if (use.mode !== undefined && use.mode !== before.mode)
    throw invalid('mode', 'How a cluster is driven stays: add it a second time, with another namespace, and move its endpoints there.')
  const given = Object.fromEntries(Object.entries(use).filter(([, value]) => value !== undefined))
  const config = KubernetesConfig.parse({
    ...before,
    namespace: reached.namespace ?? before.namespace,
    ...given,
    server,
    ca,
    tlsServerName,
  })
  return placeOf(config, reached, servedBy(serving, other))
}

/** How models run there from now on; undefined: nothing was ever said of it. Throws for what no pod can be made from. */
function servedBy(stored: unknown, use: ServingUse | undefined): unknown {
  if (!use) return stored
  // Settings that cannot be read are as if nothing had been said.
  const before = ServingSettings.safeParse(stored ?? {}).data ?? ServingSettings.parse({})
  const given = Object.fromEntries(Object.entries(use).filter(([, value]) => value !== undefined))
  const serving = ServingSettings.parse({ ...before, ...given, images: { ...before.images, ...use.images } })
  if (serving.runtime === 'custom' && !serving.custom)
    throw invalid('serving.runtime', 'A server of your own must be described whole: give it in serving.custom.')
  return serving
}

function placeOf(config: KubernetesConfig, { auth, credential }: Reached, serving?: unknown): Place {
  const settings = ServingSettings.safeParse(serving ?? {}).data
  const wrong = settings ? wrongFor(config.mode, settings) : null
  if (wrong) throw invalid('serving.autoscaler.max', wrong)
  const stored: StoredKubernetes = { ...config, auth, ...(serving === undefined ? {} : { serving }) }
  const { server, namespace, mode, gateway, publicUrl } = config
  return {
    config: stored,
    secret: credential && bindCredential(config, credential),
    address: server,
    detail: { server, ca: config.ca !== null, namespace, mode, gateway, publicUrl, auth, newCredential: credential !== null, serving },
  }
}

function reachedBy(access: OtherAccess): Reached {
  if (access.by === 'in-cluster')
    return { where: { server: IN_CLUSTER_SERVER, ca: null, tlsServerName: null }, auth: 'in-cluster', credential: 'in-cluster' }
  const reached = access.by === 'kubeconfig' ? imported(access.kubeconfig, access.context) : typed(access)
  const at = access.by === 'kubeconfig' ? () => 'access.kubeconfig' : (field: string) => `access.${field}`
  const refusal = checkTarget(reached.where.server, clusterTargets())
  if (refusal) throw invalid(at('server'), refusal)
  if (reached.where.ca) refuseCertificates(at('ca'), reached.where.ca)
  const { credential } = reached
  if (credential && typeof credential === 'object' && 'clientKey' in credential)
    refusePair({ certificate: at('clientCertificate'), key: at('clientKey') }, credential.clientCertificate, credential.clientKey)
  return reached
}

function imported(text: string, context: string | undefined): Reached {
  const found = importKubeconfig(text, context || undefined)
  if (!found.ok) throw invalid(`access.${found.path}`, found.message)
  const { namespace, ...where } = found.config
  const { credential } = found
  return { where, namespace, credential, auth: typeof credential === 'object' && 'token' in credential ? 'token' : 'certificate' }
}

function typed(access: Extract<OtherAccess, { by: 'token' | 'certificate' }>): Reached {
  const { server, ca, tlsServerName } = access
  const where = { server, ca, tlsServerName }
  if (access.by === 'token') return { where, auth: 'token', credential: access.token === undefined ? null : { token: access.token } }
  const { clientCertificate, clientKey } = access
  if (clientCertificate === undefined && clientKey === undefined) return { where, auth: 'certificate', credential: null }
  if (clientCertificate === undefined) throw invalid('access.clientCertificate', 'Give the certificate with its key.')
  if (clientKey === undefined) throw invalid('access.clientKey', 'Give the key with its certificate.')
  return { where, auth: 'certificate', credential: { clientCertificate, clientKey } }
}
