import * as z from 'zod'
import { Certificates, KubernetesConfig, PrivateKey, Token } from '@/lib/drivers/kubernetes/config'
import { ServingSettings } from '@/lib/drivers/kubernetes/serving-settings'

const { server, ca, tlsServerName, namespace, mode, gateway, hostname, publicUrl, slipwayUrl, modelServerImage } = KubernetesConfig.shape

/** Where the API server is, and how it is known. */
const Where = { server, ca, tlsServerName }
const Kubeconfig = z.object({
  by: z.literal('kubeconfig'),
  kubeconfig: z.string().min(1, 'Paste a kubeconfig.').max(500_000, 'The kubeconfig is longer than 500 kB: keep the contexts you need.'),
  /** One of its contexts; without it the only one, else the file's current one. */
  context: z.string().max(300).optional(),
})
const InCluster = z.object({ by: z.literal('in-cluster') })

/** How the engine reaches a Kubernetes API server, and with what it shows itself there. Secrets are sealed before they are stored, and never shown again. */
export const KubernetesAccess = z.discriminatedUnion('by', [
  z.object({ by: z.literal('token'), ...Where, token: Token }),
  z.object({ by: z.literal('certificate'), ...Where, clientCertificate: Certificates, clientKey: PrivateKey }),
  Kubeconfig,
  InCluster,
])

/** The same for a cluster that is there: a secret that is left out stays, as long as it is for the same server. */
export const OtherAccess = z.discriminatedUnion('by', [
  z.object({ by: z.literal('token'), ...Where, token: Token.optional() }),
  z.object({ by: z.literal('certificate'), ...Where, clientCertificate: Certificates.optional(), clientKey: PrivateKey.optional() }),
  Kubeconfig,
  InCluster,
])
export type OtherAccess = z.infer<typeof OtherAccess>

const { runtime, images, custom, cpu, memory, gpu, autoscaler, tolerations, source } = ServingSettings.shape

const nameOf = (kind: string, example: string) =>
  z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
      `The name of a ${kind}: lower-case letters, digits, dashes and dots, such as ${example}.`,
    )
const SecretName = nameOf('Secret', 'model-storage')

const LABEL = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?=([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/

/** Labels as Kubernetes takes them. All of them are one field of a form, so that what is wrong with one is told at the field. */
const NodeLabels = z.record(z.string(), z.string()).superRefine((labels, context) => {
  const wrong = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .find((label) => !LABEL.test(label))
  if (wrong) context.addIssue({ code: 'custom', message: `"${wrong}" is no label: give name=value, such as pool=gpu, without spaces.` })
})

/** How models run there: what is left out stays, or is as usual where nothing was said yet. Images are told one by one. */
export const ServingUse = z.object({
  runtime: runtime.unwrap().optional(),
  images: images.unwrap().optional(),
  custom: custom.unwrap().optional(),
  cpu: cpu.unwrap().optional(),
  memory: memory.unwrap().optional(),
  gpu: gpu.unwrap().optional(),
  autoscaler: autoscaler.unwrap().optional(),
  nodeSelector: NodeLabels.optional(),
  tolerations: tolerations.unwrap().optional(),
  imagePullSecret: SecretName.nullable().optional(),
  identitySecret: SecretName.optional(),
  authorities: nameOf('ConfigMap', 'company-ca').nullable().optional(),
  source: source
    .unwrap()
    .unwrap()
    .extend({ secret: SecretName.nullable().default(null) })
    .nullable()
    .optional(),
})
export type ServingUse = z.infer<typeof ServingUse>

/** What Slipway uses of a cluster. `namespace` left out: the one of the kubeconfig's context. */
export const KubernetesUse = z.object({
  namespace: namespace.optional(),
  mode,
  gateway,
  hostname,
  publicUrl,
  slipwayUrl,
  modelServerImage,
  serving: ServingUse.optional(),
})

/** What is left out stays; null takes it away. */
export const OtherUse = z.object({
  namespace: namespace.optional(),
  mode: mode.unwrap().optional(),
  gateway: gateway.unwrap().optional(),
  hostname: hostname.unwrap().optional(),
  publicUrl: publicUrl.unwrap().optional(),
  slipwayUrl: slipwayUrl.unwrap().optional(),
  modelServerImage: modelServerImage.unwrap().optional(),
  serving: ServingUse.optional(),
})

const AUTHS = ['token', 'certificate', 'in-cluster'] as const

/** What is stored of a Kubernetes cluster. `auth`: what kind of credential is sealed beside it; `serving`: how it runs models, as its driver reads it. */
export const StoredKubernetes = KubernetesConfig.extend({ auth: z.enum(AUTHS), serving: z.unknown().optional() })
export type StoredKubernetes = z.infer<typeof StoredKubernetes>

/** What may be shown of it. `serving`: null where its driver could not read it either. */
export type KubernetesFacts = Omit<StoredKubernetes, 'serving'> & { serving: ServingSettings | null }
