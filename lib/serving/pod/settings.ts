import { parseArgs } from 'node:util'
import { z } from 'zod'
import { Observe, Wish, WishArm } from '@/lib/endpoints/wish'

/** version.json: what does not change while a version's pods run. */
export const PodVersion = WishArm.pick({ versionId: true, number: true, digest: true, threshold: true, baseline: true })
export type PodVersion = z.infer<typeof PodVersion>

/** endpoint.json: what may change at any time. Its file follows within about a minute. */
export const PodEndpoint = Wish.pick({ endpointId: true, environment: true, model: true, keys: true, labelRate: true }).extend({
  observe: Observe.nullable(),
})
export type PodEndpoint = z.infer<typeof PodEndpoint>

const ServeArgs = z.object({
  /** The model's name in paths. */
  name: z.string().min(1),
  port: z.coerce.number().int().min(0).max(65_535),
  /** Paths of the artifact and of the two files. */
  artifact: z.string().min(1),
  version: z.string().min(1),
  endpoint: z.string().min(1),
})
export type ServeArgs = z.infer<typeof ServeArgs>

const FetchArgs = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 as 64 hexadecimal digits.'),
  /** Where it is put: a file, or with `unpack` the folder that the tar archive is unpacked to. */
  to: z.string().min(1),
  unpack: z.boolean().default(false),
  /** Where the version says that its file lies, or the path where a volume is mounted; left out: Slipway. */
  from: z.string().min(1).optional(),
  /** The folder of a mounted Secret: `host` and its `token`, or `access-key-id`, `secret-access-key` and `session-token`. */
  secrets: z.string().min(1).optional(),
  /** The S3-compatible server; left out: Amazon S3. */
  's3-endpoint': z.string().min(1).optional(),
  's3-region': z.string().min(1).optional(),
})
export type FetchArgs = z.infer<typeof FetchArgs>

const TEXT = { type: 'string' } as const

/** Throws a list of what is wrong. */
export function readServeArgs(args: string[]): ServeArgs {
  const options = { name: TEXT, port: TEXT, artifact: TEXT, version: TEXT, endpoint: TEXT }
  return checked(ServeArgs, parseArgs({ args, options }).values, 'The arguments')
}

/** Throws a list of what is wrong. */
export function readFetchArgs(args: string[]): FetchArgs {
  const own = { from: TEXT, secrets: TEXT, 's3-endpoint': TEXT, 's3-region': TEXT }
  const options = { sha256: TEXT, to: TEXT, unpack: { type: 'boolean' }, ...own } as const
  return checked(FetchArgs, parseArgs({ args, options }).values, 'The arguments')
}

/** JSON of a file; throws a list of what is wrong. */
export function readJson<T>(schema: z.ZodType<T>, text: string, file: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error(`${file} is not JSON.`)
  }
  return checked(schema, value, file)
}

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new Error(`${what} cannot be read:\n${z.prettifyError(parsed.error)}`)
}
