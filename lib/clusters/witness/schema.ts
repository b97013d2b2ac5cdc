import * as z from 'zod'
import { PRESET_NAMES } from './presets'

const Address = z
  .string()
  .trim()
  .min(1, 'Give the address of Prometheus, such as http://prometheus.monitoring.svc:9090.')
  .max(300, 'An address of at most 300 characters.')
  .refine((text) => !/[?#]/.test(text), 'Only scheme, host, port and path: no query, no fragment.')
  .transform((text) => text.replace(/\/+$/, ''))

const BearerToken = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,16000}$/, 'A bearer token: one line, without spaces.')

/** Which Prometheus counts a cluster's gateway, and how. A token that is left out stays, as long as the address does; null takes it away. */
export const NameWitness = z.object({
  clusterId: z.uuid(),
  preset: z.enum(PRESET_NAMES, { error: `Name the gateway: one of ${PRESET_NAMES.join(', ')}.` }),
  address: Address,
  token: BearerToken.nullish(),
})

/** What is stored of it, and may be shown. */
export const StoredWitness = z.object({ preset: z.enum(PRESET_NAMES), address: z.string() })
export type StoredWitness = z.infer<typeof StoredWitness>

/** As a cluster's page shows it. */
export interface WitnessView extends StoredWitness {
  hasToken: boolean
}

const BoundToken = z.object({ boundTo: z.string(), token: z.string() })

/** What is sealed: the token together with the address that it is shown to. */
export function bindToken(address: string, token: string): string {
  return JSON.stringify({ boundTo: address, token })
}

/** The token that was sealed for this address. Throws a plain sentence when it was for another. */
export function openToken(address: string, unsealed: string): string {
  const bound = BoundToken.parse(JSON.parse(unsealed))
  if (bound.boundTo !== address) throw new Error(`The stored token belongs to another address than ${address}: give it again.`)
  return bound.token
}
