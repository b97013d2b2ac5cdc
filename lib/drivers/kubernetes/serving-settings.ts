import * as z from 'zod'
import { S3Server } from '@/lib/artifacts/location/schema'
import type { KubernetesConfig } from './config'
import { KNOWN_RUNTIMES, Runtime, RuntimeName } from './runtimes'

const QUANTITY = /^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/
const Quantity = z.string().regex(QUANTITY, 'A quantity of Kubernetes, such as 500m or 512Mi.')
const PinnedImage = z
  .string()
  .regex(/^[\w.\-/:]+@sha256:[0-9a-f]{64}$/, 'An image by its digest: host/name@sha256:... A tag may be another image tomorrow.')
const Toleration = z.object({
  key: z.string(),
  operator: z.enum(['Exists', 'Equal']),
  value: z.string().optional(),
  effect: z.string().optional(),
})
const Labels = z.record(z.string().max(317), z.string().max(63))

/** How a Kubernetes cluster runs models: the same for all of its endpoints. Everything has a default. */
export const ServingSettings = z.object({
  runtime: RuntimeName.default('slipway'),
  /** Images of other runtimes than our own, by their digest. */
  images: z.partialRecord(RuntimeName, PinnedImage).default({}),
  /** The runtime `custom`, described whole. */
  custom: Runtime.nullable().default(null),
  /** Of one replica. CPU is asked for and not limited; memory is both. */
  cpu: Quantity.default('500m'),
  memory: Quantity.default('512Mi'),
  gpu: z
    .object({
      resource: z.string().max(253).default('nvidia.com/gpu'),
      count: z.number('A number from 1 to 16 is needed; without GPUs, leave their kind empty too.').int().min(1).max(16),
    })
    .nullable()
    .default(null),
  /**
   * Null: as many replicas as are wished. Else a HorizontalPodAutoscaler scales each version between that number and `max`, so that its pods use `cpu` percent of the CPU they
   * ask for. The cluster needs metrics of pods (metrics-server).
   */
  autoscaler: z
    .object({
      max: z.number('A number from 1 to 256 is needed; without an autoscaler, leave its CPU use empty too.').int().min(1).max(256),
      cpu: z.number().int().min(1).max(100).default(70),
    })
    .nullable()
    .default(null),
  nodeSelector: Labels.default({}),
  tolerations: z.array(Toleration).default([]),
  imagePullSecret: z.string().max(253).nullable().default(null),
  /** The Secret whose key `token` is this cluster's identity token, with which a pod fetches its artifact and says what it counted; the cluster's owner makes it. */
  identitySecret: z.string().max(253).default('slipway-identity'),
  /**
   * Null: pods trust public certificate authorities only. Else also those that stand in the key `ca.crt` of this ConfigMap, wherever they fetch from or report to; the
   * cluster's owner makes it. A pod reads it when it starts.
   */
  authorities: z.string().max(253).nullable().default(null),
  /**
   * Null: pods fetch every artifact from Slipway. Else from the version's own location, where it names one. `secret`: the Secret whose keys `host` and `token`, or `access-key-id`,
   * `secret-access-key` and `session-token` are shown there; the cluster's owner makes it, and Slipway never reads it.
   */
  source: S3Server.extend({ secret: z.string().max(253).nullable().default(null) })
    .nullable()
    .default(null),
})
export type ServingSettings = z.output<typeof ServingSettings>

/** What a pod is made from. */
export interface Serving {
  runtime: Runtime
  image: string
  /** Our own image, which also fetches the artifacts of every other runtime. */
  fetchImage: string
  slipwayUrl: string
  settings: ServingSettings
}

/** The runtime that the settings name; null: it is `custom`, and not described. */
export function runtimeOf({ runtime, custom }: ServingSettings): Runtime | null {
  return runtime === 'custom' ? custom : Runtime.parse(KNOWN_RUNTIMES[runtime])
}

/** Why a cluster that is driven in this way cannot run models by these settings; null when it can. */
export function wrongFor(mode: KubernetesConfig['mode'], { autoscaler }: Pick<ServingSettings, 'autoscaler'>): string | null {
  return mode === 'kserve' && autoscaler
    ? 'The settings of the cluster ask for an autoscaler, which is not offered through KServe: the number of replicas is fixed there. Take it away.'
    : null
}

/** The runtime and its pinned images, or a sentence that says what is missing in the settings, or against them. */
export function servingOf(
  cluster: Pick<KubernetesConfig, 'modelServerImage' | 'slipwayUrl'> & Partial<Pick<KubernetesConfig, 'mode'>>,
  settings: ServingSettings,
): Serving | string {
  const wrong = wrongFor(cluster.mode ?? 'gateway', settings)
  if (wrong) return wrong
  const { runtime: name, images } = settings
  const known = runtimeOf(settings)
  if (!known) return 'The runtime is "custom", and the settings of the cluster do not describe it.'
  const own = PinnedImage.safeParse(cluster.modelServerImage)
  if (!own.success)
    return 'The settings of the cluster name no model server image by its digest (host/name@sha256:...): pods fetch their artifacts with it.'
  const image = name === 'slipway' ? own.data : images[name]
  if (!image) return `The settings of the cluster name no image for ${known.title}${published(known)}: give one by its digest.`
  if (!cluster.slipwayUrl)
    return "The settings of the cluster do not say at which address its pods reach Slipway: they fetch the model's artifact there."
  return { runtime: known, image, fetchImage: own.data, slipwayUrl: cluster.slipwayUrl, settings }
}

function published({ repository }: Runtime): string {
  return repository ? ` (published as ${repository})` : ''
}
