import type { Wish, WishArm } from '@/lib/endpoints/wish'
import { type Serving, ServingSettings, servingOf } from '../serving-settings'

export const PINNED = `registry.example.org/slipway/model-server@sha256:${'a'.repeat(64)}`

/** A cluster's serving, with these settings beside the defaults. */
export function servingWith(settings: Partial<Parameters<typeof ServingSettings.parse>[0] & object> = {}): Serving {
  const serving = servingOf({ modelServerImage: PINNED, slipwayUrl: 'https://slipway.example.org' }, ServingSettings.parse(settings))
  if (typeof serving === 'string') throw new Error(serving)
  return serving
}

export function armOf(number: number, over: Partial<WishArm> = {}): WishArm {
  return {
    role: number === 1 ? 'live' : 'candidate',
    versionId: `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`,
    number,
    digest: String(number % 10).repeat(64),
    threshold: 0.5,
    replicas: 2,
    weight: number === 1 ? 10_000 : 0,
    baseline: null,
    ...over,
  }
}

export function wishOf(over: Partial<Wish> = {}): Wish {
  return {
    endpointId: '01900000-0000-7000-8000-0000000000ee',
    environment: 'production',
    model: 'fraud',
    generation: 1,
    fence: 1,
    salt: 'salt',
    arms: [armOf(1)],
    keys: [],
    labelRate: 1,
    ...over,
  }
}
