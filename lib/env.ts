import { z } from 'zod'

/** A named local cluster as the local cluster's process is told of it. Ports on loopback. */
export const NamedCluster = z.object({
  name: z.string().min(1),
  gatewayPort: z.number().int(),
  adminToken: z.string().min(16),
  identityToken: z.string().min(16),
})

const Env = z.object({
  NODE_ENV: z.string().default('production'),
  DATABASE_URL: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().default(3000),
  NEXTAUTH_URL: z.string().optional(),
  NEXTAUTH_SECRET: z.string().optional(),
  /** Base URL of web, for the local cluster, the engine and the traffic process. */
  SLIPWAY_URL: z.string().default('http://127.0.0.1:3000'),
  SLIPWAY_DATA_DIR: z.string().default('.slipway'),
  /** HMAC key for API tokens and endpoint keys (web, seed). */
  SLIPWAY_TOKEN_KEY: z.string().optional(),
  /** AES-256 key, base64url, 32 bytes: the engine only (and the seed, which seals the local clusters' credentials). */
  SLIPWAY_SEALING_KEY: z.string().optional(),
  /** The engine's internal HTTP port and the bearer token that web shows there. */
  SLIPWAY_ENGINE_URL: z.string().default('http://127.0.0.1:3001'),
  SLIPWAY_ENGINE_TOKEN: z.string().optional(),
  /** Where the engine listens when web is on another machine, such as 0.0.0.0 in a pod; without it, the host of its address. */
  SLIPWAY_ENGINE_HOST: z.string().optional(),
  /** Folder with the engine's tls.crt and tls.key, for an address that is https. */
  SLIPWAY_ENGINE_TLS_DIR: z.string().optional(),
  /** File with a Kubernetes cluster's identity token, for the programs of a model pod. Read again whenever it is used. */
  SLIPWAY_IDENTITY_TOKEN_FILE: z.string().optional(),
  /** Admin port of the local cluster's process, and its named clusters as JSON. */
  SLIPWAY_ADMIN_PORT: z.coerce.number().int().default(3002),
  SLIPWAY_CLUSTERS: z.string().default('[]'),
  SLIPWAY_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Where the API servers of clusters may be beside the public internet: "private" (networks of one's own), "loopback" (this machine), or both with a comma. */
  SLIPWAY_CLUSTER_TARGETS: z
    .string()
    .default('private')
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(z.enum(['private', 'loopback']))),
  /** Where webhooks may lead beside the public internet: "private" (networks of one's own), "loopback" (this machine), or both with a comma. */
  SLIPWAY_WEBHOOK_TARGETS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(z.enum(['private', 'loopback']))),
  /** Where models' files may be fetched from beside the public internet: "private" (networks of one's own), "loopback" (this machine), or both with a comma. */
  SLIPWAY_ARTIFACT_SOURCES: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(z.enum(['private', 'loopback']))),
  /** Set by Kubernetes in every pod. */
  KUBERNETES_SERVICE_HOST: z.string().optional(),
  /** Set by sudo: who asked for a rescue. */
  SUDO_USER: z.string().optional(),
  /** API token of the example's traffic process. */
  SLIPWAY_TRAFFIC_TOKEN: z.string().optional(),
})

export type Env = z.infer<typeof Env>

let parsed: Env | undefined

/** The process environment, read once and checked; the one place in lib that reads it. Throws a readable list of what is wrong. */
export function env(): Env {
  if (parsed) return parsed
  const result = Env.safeParse(process.env)
  if (!result.success) throw new Error(`The environment is not valid:\n${z.prettifyError(result.error)}`)
  parsed = result.data
  return parsed
}

/** A variable that this process cannot do without. */
export function required(name: keyof Env): string {
  const value = env()[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set: start with "npm start", or set it.`)
  return String(value)
}
