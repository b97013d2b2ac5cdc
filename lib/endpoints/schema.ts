import { z } from 'zod'

/** A new key for callers of an endpoint. Several may hold at once, so that callers can change over before the old one is revoked. */
export const CreateKey = z.object({
  endpointId: z.uuid(),
  name: z.string().trim().min(1, 'Give it a name: who will use it.').max(120),
  /** Days until it ends; null: it does not end. */
  days: z.number().int().min(1).max(730).nullable().default(null),
})

export const RevokeKey = z.object({ endpointId: z.uuid(), keyId: z.uuid() })

export const ScaleEndpoint = z.object({
  endpointId: z.uuid(),
  replicas: z.number().int().min(1, 'An endpoint runs at least one replica.').max(16, 'At most 16 replicas per version and cluster.'),
})

/** Ends an endpoint: its clusters stop serving it. Its rollouts and what was counted stay. */
export const RetireEndpoint = z.object({ endpointId: z.uuid() })

export const SetLabelRate = z.object({
  endpointId: z.uuid(),
  rate: z.number().min(0, 'A rate is between 0 and 1.').max(1, 'A rate is between 0 and 1.'),
})

/** The key itself is shown once and kept nowhere: only its hash is stored. */
export interface CreatedKey {
  id: string
  key: string
  prefix: string
  expiresAt: string | null
}

export const ListEndpoints = z.object({
  q: z.string().trim().max(120).default(''),
  environment: z.string().max(63).default(''),
  model: z.string().max(63).default(''),
  after: z.string().max(400).default(''),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})
export type ListEndpoints = z.infer<typeof ListEndpoints>
