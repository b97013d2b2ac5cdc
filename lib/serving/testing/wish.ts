import { randomUUID } from 'node:crypto'
import type { Wish, WishArm } from '@/lib/endpoints/wish'

/** A row of flight features, and a request that asks for it. */
export const ROW = [8.5, 1, 700, 0.2, 0.25, 0.3, 0.1, 12]

export function inferBody(rows = 1): string {
  const data = Array.from({ length: rows }, () => ROW).flat()
  return JSON.stringify({ inputs: [{ name: 'input', datatype: 'FP32', shape: [rows, 8], data }] })
}

export function arm(digest: string, over: Partial<WishArm> = {}): WishArm {
  return { role: 'live', versionId: randomUUID(), number: 1, digest, threshold: 0.25, replicas: 1, weight: 10_000, baseline: null, ...over }
}

export function wish(arms: WishArm[], over: Partial<Wish> = {}): Wish {
  return {
    endpointId: randomUUID(),
    environment: 'prod',
    model: 'delay',
    generation: 1,
    fence: 1,
    salt: 'salt',
    arms,
    keys: [],
    labelRate: 1,
    ...over,
  }
}
