import { readLocation } from '@/lib/artifacts/location/place'
import type { WishArm } from '@/lib/endpoints/wish'
import { type Runtime, runtimeFor } from '../runtimes'
import type { Serving } from '../serving-settings'
import { pathName } from './names'

/** A pod of one version of an endpoint. */
interface PodInput {
  arm: WishArm
  model: string
  /** Name of the version's objects, and of the endpoint's. */
  name: string
  endpoint: string
  serving: Serving
}

/** How long a pod goes on answering after it was told to end: gateways learn late that it is gone. Seconds. */
const LEAVE_SECONDS = 10
/** Its last requests, beside. */
const DRAIN_SECONDS = 30

const IDENTITY_MOUNT = { name: 'identity', mountPath: '/slipway/identity', readOnly: true }
const LOCKED = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }

/** What the admission level `restricted` accepts: no root, no privileges, no token of the API server. */
export function podSpec({ arm, model, name, endpoint, serving }: PodInput) {
  const { settings, image } = serving
  const runtime = runtimeFor(serving.runtime, pathName(model))
  const source = sourceOf(arm, serving)
  const trust = trustOf(settings)
  const ids = { runAsNonRoot: true, runAsUser: runtime.user, runAsGroup: runtime.user, fsGroup: runtime.user }
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: LEAVE_SECONDS + DRAIN_SECONDS,
    securityContext: { ...ids, seccompProfile: { type: 'RuntimeDefault' } },
    nodeSelector: settings.nodeSelector,
    tolerations: settings.tolerations,
    imagePullSecrets: settings.imagePullSecret ? [{ name: settings.imagePullSecret }] : [],
    initContainers: [fetcher(arm, runtime, serving, source, trust)],
    containers: [server(arm, image, runtime, serving, trust)],
    volumes: [
      { name: 'models', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
      { name: 'version', configMap: { name } },
      { name: 'endpoint', secret: { secretName: endpoint } },
      { name: 'identity', secret: { secretName: settings.identitySecret, items: [{ key: 'token', path: 'token' }], defaultMode: 0o440 } },
      ...trust.volumes,
      ...source.volumes,
    ],
  }
}

/** Fetches the artifact by its digest, checks its SHA-256, and ends; a pod whose artifact cannot be had never starts. */
function fetcher(arm: WishArm, runtime: Runtime, { fetchImage, slipwayUrl }: Serving, source: Source, trust: Trust) {
  return {
    name: 'artifact',
    image: fetchImage,
    command: ['node', 'dist/fetch.mjs'],
    args: [
      ...[`--sha256=${arm.digest}`, `--to=/models/${runtime.artifact.path}`],
      ...(runtime.artifact.unpack ? ['--unpack'] : []),
      ...source.args,
    ],
    env: [...slipwayEnv(slipwayUrl), ...trust.env],
    resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    // What it says last stands in the pod's status: why an artifact could not be had.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: LOCKED,
    volumeMounts: [
      { name: 'models', mountPath: '/models' },
      { name: 'tmp', mountPath: '/tmp' },
      IDENTITY_MOUNT,
      ...trust.mounts,
      ...source.mounts,
    ],
  }
}

type Volume = { name: string } & Record<string, unknown>

/** What a program of ours is given to trust certificate authorities beside the public ones. */
interface Trust {
  env: { name: string; value: string }[]
  mounts: object[]
  volumes: Volume[]
}

function trustOf({ authorities }: Serving['settings']): Trust {
  if (!authorities) return { env: [], mounts: [], volumes: [] }
  const mount = { name: 'authorities', mountPath: '/slipway/authorities', readOnly: true }
  return {
    env: [{ name: 'NODE_EXTRA_CA_CERTS', value: `${mount.mountPath}/ca.crt` }],
    mounts: [mount],
    volumes: [{ name: mount.name, configMap: { name: authorities } }],
  }
}

/** What an init container is told and given to fetch its artifact from elsewhere than Slipway. */
interface Source {
  args: string[]
  mounts: object[]
  volumes: Volume[]
}

/** Nothing, where the cluster's pods fetch from Slipway, or the version names no location of its own. */
function sourceOf({ location }: WishArm, { settings: { source } }: Serving): Source {
  const place = source && location !== undefined ? readLocation(location) : null
  if (!source || !place || typeof place === 'string') return { args: [], mounts: [], volumes: [] }
  if (place.kind === 'pvc')
    return {
      args: [literal(`--from=${VOLUME}/${place.path}`)],
      mounts: [{ name: 'volume', mountPath: VOLUME, readOnly: true }],
      volumes: [{ name: 'volume', persistentVolumeClaim: { claimName: place.claim, readOnly: true } }],
    }
  const { secret, endpoint, region } = source
  const server = place.kind === 's3' ? [...(endpoint ? [`--s3-endpoint=${endpoint}`] : []), `--s3-region=${region}`] : []
  return {
    args: [literal(`--from=${location}`), ...server, ...(secret ? [`--secrets=${SECRETS}`] : [])],
    mounts: secret ? [{ name: 'source', mountPath: SECRETS, readOnly: true }] : [],
    volumes: secret ? [{ name: 'source', secret: { secretName: secret, defaultMode: 0o440 } }] : [],
  }
}

/** Kubernetes puts variables into arguments, $(NAME), which a location must not read: $$ is a dollar. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$')
}

const VOLUME = '/slipway/volume'
const SECRETS = '/slipway/source'

/** Where Slipway is, and the file with the cluster's identity token. The mounted file follows its Secret; a variable would not. */
function slipwayEnv(url: string) {
  return [
    { name: 'SLIPWAY_URL', value: url },
    { name: 'SLIPWAY_IDENTITY_TOKEN_FILE', value: `${IDENTITY_MOUNT.mountPath}/token` },
  ]
}

function server(arm: WishArm, image: string, runtime: Runtime, { slipwayUrl, settings: { cpu, memory, gpu } }: Serving, trust: Trust) {
  const http = (path: string) => ({ httpGet: { path, port: 'http', scheme: 'HTTP' } })
  const devices = gpu ? { [gpu.resource]: String(gpu.count) } : {}
  const { ready, live, startSeconds } = runtime.probe
  return {
    name: 'model',
    image,
    ...(runtime.command ? { command: runtime.command } : {}),
    args: runtime.args,
    env: [
      ...Object.entries(runtime.env).map(([name, value]) => ({ name, value })),
      // The token is for a server that counts for Slipway: any other is told nothing of it.
      ...(runtime.readsEndpoint ? [...slipwayEnv(slipwayUrl), ...trust.env] : [{ name: 'SLIPWAY_VERSION', value: String(arm.number) }]),
    ],
    ports: [{ name: 'http', containerPort: runtime.port, protocol: 'TCP' }],
    startupProbe: { ...http(ready), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: Math.ceil(startSeconds / 2) },
    readinessProbe: { ...http(ready), periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...http(live), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    lifecycle: { preStop: { sleep: { seconds: LEAVE_SECONDS } } },
    resources: { requests: { cpu, memory, ...devices }, limits: { memory, ...devices } },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    securityContext: LOCKED,
    volumeMounts: [
      { name: 'models', mountPath: '/models', readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'version', mountPath: '/slipway/version', readOnly: true },
      { name: 'endpoint', mountPath: '/slipway/endpoint', readOnly: true },
      ...(runtime.readsEndpoint ? [IDENTITY_MOUNT, ...trust.mounts] : []),
    ],
  }
}
