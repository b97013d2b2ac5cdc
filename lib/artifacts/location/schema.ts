import * as z from 'zod'
import { ARTIFACT_MAX, Digest } from '../schema'
import { keptLocation, readLocation } from './place'

/** The longest location, in characters. */
const MAX = 2_000

const Readable = z
  .string()
  .trim()
  .max(MAX, `A location has at most ${MAX} characters.`)
  .superRefine((text, context) => {
    const read = readLocation(text)
    if (typeof read === 'string') context.addIssue({ code: 'custom', message: read })
  })

/** A location as it is kept with a version, shown, and told to clusters. */
export const Location = Readable.refine((text) => keptLocation(text) !== null, {
  message: 'An address with a query, after "?", may hold a secret and is not kept: leave it out, and pods fetch the file from Slipway.',
})

/** A location that Slipway can fetch from. */
export const FetchedLocation = Readable.refine((text) => !text.startsWith('pvc://'), {
  message:
    'Slipway cannot read a volume of a cluster, so that it could neither read what the model takes nor do its check run. Upload the file, and give this location with it: pods then take the file from the volume.',
})

const DIGEST_HOW =
  "Needed: what is fetched must be what you mean. Compute the file's SHA-256: sha256sum model.onnx (macOS: shasum -a 256 model.onnx)."
const BYTES_HOW = "Needed: the file's size in bytes, as wc -c model.onnx says."

function Printed(what: string, missing?: string) {
  const how = `${what}: one line of printable characters, without spaces.`
  return z
    .string(missing ?? how)
    .trim()
    .regex(/^[\x21-\x7e]{1,4000}$/, how)
}

/** Where S3-compatible storage answers. */
export const S3Server = z.object({
  /** Null: Amazon S3 itself, in `region`. */
  endpoint: z
    .url({ protocol: /^https?$/, error: 'An address such as https://minio.example.org:9000.' })
    .max(300, 'An address of at most 300 characters.')
    .refine((text) => !/[@?#]/.test(text) && new URL(text).pathname === '/', 'Only scheme, host and port: no user name, no path, no query.')
    .transform((text) => text.replace(/\/+$/, ''))
    .nullable()
    .default(null),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'A region such as eu-west-1.')
    .default('us-east-1'),
})
export type S3Server = z.infer<typeof S3Server>

const HALF = 'is missing: give both keys, or none.'

/** Keys for S3-compatible storage. Used for one request, and not kept. */
const S3Keys = z.object({
  accessKeyId: Printed('An access key id', `An access key id ${HALF}`),
  secretAccessKey: Printed('A secret access key', `A secret access key ${HALF}`),
  sessionToken: Printed('A session token').optional(),
})

/** A model's file to be fetched once from where it lies, checked, and kept as an upload is. Secrets are used for this and not kept. */
export const ImportArtifact = z.object({
  location: FetchedLocation,
  sha256: z.string(DIGEST_HOW).min(1, DIGEST_HOW).toLowerCase().pipe(Digest),
  bytes: z
    .number(BYTES_HOW)
    .int(BYTES_HOW)
    .min(1, BYTES_HOW)
    .max(ARTIFACT_MAX, `A model's file has at most ${ARTIFACT_MAX / 1e6} MB.`),
  /** Of an https location: sent as a bearer token, to its host only. */
  token: Printed('A token').optional(),
  /** Of an s3 location. Without keys the request is not signed, as for a public bucket. */
  s3: S3Server.extend({ keys: S3Keys.optional() }).prefault({}),
})
export type ImportArtifact = z.infer<typeof ImportArtifact>
