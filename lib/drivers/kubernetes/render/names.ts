import { createHash } from 'node:crypto'

/** Labels and annotations of everything that Slipway makes in a cluster. */
export const LABELS = {
  managedBy: 'app.kubernetes.io/managed-by',
  endpoint: 'slipway.dev/endpoint',
  version: 'slipway.dev/version',
  config: 'slipway.dev/config',
  /** Of what KServe makes for a version: the version's own name, under which we know it. */
  name: 'slipway.dev/name',
} as const
export const ANNOTATIONS = {
  record: 'slipway.dev/record',
  fence: 'slipway.dev/fence',
  generation: 'slipway.dev/generation',
  rendered: 'slipway.dev/rendered',
  /** Of a Deployment whose pods another hand had changed: when we put them back. */
  restored: 'slipway.dev/restored',
  /** Of a Service: a hash of where it was written to lead. */
  leads: 'slipway.dev/leads',
  /** Of a Deployment that an autoscaler scales: between which numbers, and by what. */
  scale: 'slipway.dev/scale',
  model: 'slipway.dev/model',
  environment: 'slipway.dev/environment',
  /** Of a route that was taken over: its owner's rule, and what Slipway made of it. */
  adopted: 'slipway.dev/adopted',
} as const
export const MANAGER = 'slipway'

const SLUG_MAX = 26

/** First 10 hex digits of the SHA-256: enough to tell apart what one namespace holds. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10)
}

/**
 * The stable name of an endpoint's objects: a DNS-1035 label of at most 37 characters whatever its model and environment are called. The hash keeps two
 * endpoints apart whose names look alike when shortened.
 */
export function endpointName({ endpointId, environment, model }: { endpointId: string; environment: string; model: string }): string {
  return `${slug(`${environment}-${model}`)}-${shortHash(endpointId)}`
}

/** The name of one version's objects, at most 63 characters: a Service's name is a DNS-1035 label. */
export function versionName(endpoint: string, { number, versionId }: { number: number; versionId: string }): string {
  return `${endpoint}-v${number % 1e9}-${shortHash(versionId)}`
}

/** Lower-case letters, digits and single dashes; begins with a letter, ends with none of the dashes. */
function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
  const named = /^[a-z]/.test(plain) ? plain : `m-${plain}`
  return named.slice(0, SLUG_MAX).replace(/-+$/, '')
}

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/** A name as it stands in a path: itself where every gateway and every server takes it, else its hash. */
export function pathName(name: string): string {
  return PLAIN.test(name) ? name : `n-${shortHash(name)}`
}

/** The public path of an endpoint, as on a local cluster: what follows it is the server's own. */
export function publicPath({ environment, model }: { environment: string; model: string }): string {
  return `/${pathName(environment)}/v2/models/${pathName(model)}`
}
