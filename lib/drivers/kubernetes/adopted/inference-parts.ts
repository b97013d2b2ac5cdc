import * as z from 'zod'

const Percent = z.number().int().min(0).max(100)
const text = z.string().nullish()

/** What answers with a model, in any of the ways in which KServe takes it. */
const Server = z.object({
  image: text,
  runtime: text,
  modelFormat: z.object({ name: z.string(), version: text }).nullish(),
  storageUri: text,
  storage: z.object({ key: text, path: text }).nullish(),
})
export type Server = z.output<typeof Server>

/** Formats that are fields of their own: KServe's webhook makes a `model` of them. */
export const FORMATS = [
  'huggingface',
  'lightgbm',
  'onnx',
  'paddle',
  'pmml',
  'pytorch',
  'sklearn',
  'tensorflow',
  'triton',
  'xgboost',
] as const
type Format = (typeof FORMATS)[number]

const byFormat = Object.fromEntries(FORMATS.map((format) => [format, Server.nullish()])) as Record<
  Format,
  z.ZodOptional<z.ZodNullable<typeof Server>>
>

const Predictor = z.object({
  ...byFormat,
  name: z.string().default(''),
  model: Server.nullish(),
  containers: z.array(z.object({ image: z.string().default('') })).default([]),
  storageUris: z.array(z.object({ uri: z.string() })).default([]),
  canaryTrafficPercent: Percent.nullish(),
})
export type Predictor = z.output<typeof Predictor>

const Status = z.object({
  deploymentMode: text,
  url: text,
  servingRuntimeName: text,
  clusterServingRuntimeName: text,
  conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: text, message: text })).default([]),
  components: z
    .object({
      predictor: z
        .object({ traffic: z.array(z.object({ percent: Percent.nullish(), revisionName: text, tag: text })).default([]) })
        .prefault({}),
    })
    .prefault({}),
})

/** What is read of an InferenceService that Slipway did not make: its fields as release 0.20.0 defines them. `status` is KServe's, who may not have looked yet. */
export const ForeignInference = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    predictor: Predictor,
    transformer: z.unknown().optional(),
    explainer: z.unknown().optional(),
    canary: z.array(z.object({ trafficPercent: Percent, predictor: z.object({ name: z.string() }) })).default([]),
  }),
  status: Status.prefault({}),
})
export type ForeignInference = z.output<typeof ForeignInference>

/** Its name alone, as an API server gives one to all that it keeps. */
export const Named = z.object({ metadata: z.object({ name: z.string() }) })
