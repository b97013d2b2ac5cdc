import * as z from 'zod'

const Label = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'A Kubernetes name: lower-case letters, digits and dashes, at most 63, such as slipway.')
const Hostname = z
  .string()
  .regex(/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, 'A host name such as models.example.org.')
  .max(253)

function address(protocol: RegExp, example: string) {
  return z
    .url({ protocol, error: `An address such as ${example}.` })
    .max(300, 'An address of at most 300 characters.')
    .refine((text) => !/[@?#]/.test(text), 'Only scheme, host, port and path: no user name, no query, no fragment.')
    .transform((text) => text.replace(/\/+$/, ''))
}

const BASE64 = '[A-Za-z0-9+/=\\r\\n]+'
const CERTIFICATES = new RegExp(`^(-----BEGIN CERTIFICATE-----\\r?\\n${BASE64}-----END CERTIFICATE-----\\s*)+$`)
const PRIVATE_KEY = new RegExp(`^-----BEGIN ((RSA |EC )?PRIVATE KEY)-----\\r?\\n${BASE64}-----END \\1-----\\s*$`)

/** One or more certificates as text (PEM), and nothing else. */
export const Certificates = z
  .string()
  .max(20_000)
  .trim()
  .regex(CERTIFICATES, 'A certificate as text, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, and nothing else.')

const KNATIVE =
  'How a cluster is driven is "gateway" or "kserve", which is KServe in Standard mode. Not by Knative: it splits traffic between revisions by itself, and writes on no request to which generation it was assigned, so that nothing could be judged.'

/** Where a Kubernetes cluster is, and what of it Slipway uses. Holds no secret. */
export const KubernetesConfig = z.object({
  /** The API server, without a slash at its end; a path is possible (a proxy before several clusters). */
  server: address(/^https$/, 'https://10.0.0.7:6443'),
  /** Certificates (PEM) that the API server's own is signed by. Null: the public authorities, and inside a cluster the mounted one. */
  ca: Certificates.nullable().default(null),
  /** The name in the API server's certificate, where it is not the host of `server`. */
  tlsServerName: Hostname.nullable().default(null),
  /** Where all that Slipway makes is made; it must exist. */
  namespace: Label,
  /** What runs a version: a Deployment of ours, or one that KServe makes of an InferenceService. Our HTTPRoute splits the traffic either way. */
  mode: z.enum(['gateway', 'kserve'], KNATIVE).default('gateway'),
  /** The Gateway that HTTPRoutes attach to. */
  gateway: z.object({ name: Label, namespace: Label }).nullable().default(null),
  /** The host name that HTTPRoutes answer to; null: any that the Gateway's listener takes. */
  hostname: Hostname.nullable().default(null),
  /** Where callers reach the Gateway; shown, never called. */
  publicUrl: address(/^https?$/, 'https://models.example.org')
    .nullable()
    .default(null),
  /** Slipway's address as pods reach it, for artifacts and counts. Null: pods that need it are not made. */
  slipwayUrl: address(/^https?$/, 'https://slipway.example.org')
    .nullable()
    .default(null),
  /** The image of Slipway's own model server. Null: only versions that bring their own image run here. */
  modelServerImage: z
    .string()
    .regex(/^[\w][\w./:@-]{1,300}$/, 'An image such as registry.example.org/slipway/model-server@sha256:....')
    .nullable()
    .default(null),
})
export type KubernetesConfig = z.infer<typeof KubernetesConfig>

export const Token = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,16000}$/, 'A bearer token: one line, without spaces.')

export const PrivateKey = z
  .string()
  .max(10_000)
  .trim()
  .regex(PRIVATE_KEY, 'A private key as text, without a passphrase, from -----BEGIN PRIVATE KEY----- on.')

/** With what Slipway shows itself to the API server. `in-cluster`: the engine's own service account, as Kubernetes mounts it in its pod. */
export const KubernetesCredential = z.union([
  z.object({ token: Token }),
  z.object({ clientCertificate: Certificates, clientKey: PrivateKey }),
  z.literal('in-cluster'),
])
export type KubernetesCredential = z.infer<typeof KubernetesCredential>

/** The API server of the cluster that a pod runs in. A service account's mounted token is shown to it alone. */
export const IN_CLUSTER_SERVER = 'https://kubernetes.default.svc'

/** What a credential is bound to: it is shown to this server only, known by these certificates and this name. */
function boundTo({ server, ca, tlsServerName }: KubernetesConfig): string {
  return JSON.stringify([server, ca, tlsServerName])
}

const Bound = z.object({ boundTo: z.string(), credential: KubernetesCredential })

/** What is sealed: the credential together with the server it belongs to, so that another address under it opens nothing. */
export function bindCredential(config: KubernetesConfig, credential: KubernetesCredential): string {
  return JSON.stringify({ boundTo: boundTo(config), credential })
}

/** The credential that was sealed for this configuration. Throws a plain sentence when it was for another server, or is none. */
export function openCredential(config: KubernetesConfig, unsealed: string): KubernetesCredential {
  const bound = Bound.safeParse(jsonOf(unsealed))
  if (!bound.success) throw new Error('The stored credential is not one of a Kubernetes cluster: enter it again.')
  if (bound.data.boundTo !== boundTo(config))
    throw new Error(`The stored credential belongs to another server than ${config.server}, or to another CA: enter it again.`)
  if (bound.data.credential === 'in-cluster' && config.server !== IN_CLUSTER_SERVER)
    throw new Error(`The engine's own service account is shown to ${IN_CLUSTER_SERVER} only: give a token for ${config.server}.`)
  return bound.data.credential
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
